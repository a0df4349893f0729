// A note goes into the phone first, then to the server.
'use strict';
(() => {
  const by = id => document.getElementById(id), form = by('so-tay'), list = by('cho-gui'), said = by('so-tay-tin');
  if (!form || !crypto.randomUUID) return;  // then the form is sent as it is
  let worker = null;
  const words = form.dataset, field = name => form.elements[name], parts = ['day', 'hamlet', 'households', 'questions'];
  const made = (name, text, parent) => Object.assign(parent.appendChild(document.createElement(name)), {textContent: text});
  const show = async told => {
    const waiting = (await notebook.all()).filter(note => note.url === words.send);
    list.replaceChildren();
    for (const note of waiting) {
      const item = made('li', '', list);
      made('p', `${note.day.split('-').reverse().join('/')}: ${note.households} ${words.homes}`, item);
      if (!note.refused) { made('p', words.waits, item).className = 'muted small'; continue; }
      for (const why of Object.values(note.refused)) made('p', why || words.over, item).className = 'error';
      const again = made('button', words.mend, item);
      Object.assign(again, {type: 'button', className: 'btn btn-outline btn-small'}).onclick = async () => {
        for (const name of parts) if (field(name)) field(name).value = note[name];
        await notebook.drop(note.id); await show(); field('day').focus();
      };
    }
    list.hidden = !waiting.length;
    if (told) for (const name of ['notes', 'households']) by(`so-tay-${name}`).textContent = told[name].toLocaleString('vi');
  };
  const flush = async () => {
    let told = null;
    try {
      told = await notebook.flush();
      if (told) said.textContent = told.entries.every(one => one.kept) ? words.sent : '';
    } catch { said.textContent = words.offline; }
    await show(told);
  };
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    const note = {id: crypto.randomUUID(), url: words.send};
    for (const name of parts) note[name] = field(name)?.value ?? '';
    const fill = values => ['households', 'questions'].forEach(name => { field(name).value = values[name] ?? ''; });
    fill({});  // at once: the next note may be typed while this one is being kept
    try { await notebook.keep(note); } catch { fill(note); return form.submit(); }
    said.textContent = words.kept;
    await show();
    worker?.sync?.register('gui').catch(() => null);
    await flush();
  });
  addEventListener('online', flush);
  document.addEventListener('visibilitychange', () => document.hidden || flush());
  const workers = navigator.serviceWorker;
  workers?.addEventListener('message', event => show(event.data));
  workers?.register(words.worker).then(() => workers.ready).then(ready => {
    worker = ready;
    const used = performance.getEntriesByType('resource').map(one => one.name).filter(url => url.includes('/static/'));
    ready.active.postMessage([location.href, ...used]);
    words.ready = '1';
  }).catch(() => null);
  flush();
})();

// A note goes into the phone first, then to the server.
'use strict';
(() => {
  const by = id => document.getElementById(id), form = by('so-tay'), list = by('cho-gui'), said = by('so-tay-tin');
  if (!form || !crypto.randomUUID) return;
  let worker, turns = 0;
  form.noValidate = false;
  const words = form.dataset, field = name => form.elements[name], parts = ['day', 'hamlet', 'households', 'questions'];
  const made = (name, text, parent) => Object.assign(parent.appendChild(document.createElement(name)), {textContent: text});
  const back = note => { for (const name of parts) if (field(name)) field(name).value = note[name]; };
  const show = async told => {
    const turn = ++turns, waiting = (await notebook.all()).filter(note => note.url === words.send);
    if (told) for (const name of ['notes', 'households']) by(`so-tay-${name}`).textContent = told[name].toLocaleString('vi');
    if (turn < turns) return;
    list.replaceChildren();
    for (const note of waiting) {
      const item = made('li', '', list);
      made('p', `${note.day.split('-').reverse().join('/')}: ${note.households} ${words.homes}`, item);
      if (!note.refused) { made('p', words.waits, item).className = 'muted small'; continue; }
      for (const why of Object.values(note.refused)) made('p', why || words.over, item).className = 'error';
      const again = async () => { back(note); await notebook.drop(note.id); await show(); field('day').focus(); };
      Object.assign(made('button', words.mend, item), {type: 'button', className: 'btn btn-outline btn-small', onclick: again});
    }
    list.hidden = !waiting.length;
  };
  const flush = async () => {
    let told;
    try {
      told = await notebook.flush();
      if (told) said.textContent = told.entries.every(one => one.kept) ? words.sent : '';
    } catch { said.textContent = words.offline; }
    await show(told);
  };
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const note = {id: crypto.randomUUID(), url: words.send};
    for (const name of parts) note[name] = field(name)?.value ?? '';
    field('households').value = field('questions').value = '';
    try { await notebook.keep(note); } catch { back(note); return form.submit(); }
    said.textContent = words.kept;
    await show();
    worker?.sync?.register('gui').catch(() => null);
    flush();
  });
  addEventListener('online', flush);
  addEventListener('visibilitychange', () => document.hidden || flush());
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

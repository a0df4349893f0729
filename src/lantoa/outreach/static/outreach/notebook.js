// The notebook's page: a note goes into this phone first and then, when there is a network, to the server.
'use strict';
(() => {
  const form = document.getElementById('so-tay'), list = document.getElementById('cho-gui'), said = document.getElementById('so-tay-tin');
  if (!form || !window.indexedDB || !window.fetch) return;
  let worker = null;
  const words = form.dataset, field = name => form.elements[name], parts = ['day', 'hamlet', 'households', 'questions'];
  const fresh = () => crypto.randomUUID ? crypto.randomUUID() : '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, n =>
    (n ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> n / 4).toString(16));
  const made = (name, text, parent) => { const node = parent.appendChild(document.createElement(name)); node.textContent = text; return node; };
  const show = async told => {
    const waiting = (await notebook.all()).filter(note => note.url === words.send);
    list.replaceChildren();
    for (const note of waiting) {
      const item = made('li', '', list);
      made('p', `${note.day.split('-').reverse().join('/')}: ${note.households} ${words.homes}`, item);
      if (!note.refused) { made('p', words.waits, item).className = 'muted small'; continue; }
      for (const why of Object.values(note.refused)) made('p', why || words.over, item).className = 'error';
      const again = made('button', words.mend, item);
      again.type = 'button'; again.className = 'btn btn-outline btn-small';
      again.onclick = async () => {
        for (const name of parts) if (field(name)) field(name).value = note[name];
        await notebook.drop(note.id); await show(); field('day').focus();
      };
    }
    list.hidden = !waiting.length;
    if (told) for (const name of ['notes', 'households']) document.getElementById(`so-tay-${name}`).textContent = told[name].toLocaleString('vi');
  };
  const flush = async () => {
    let told = null;
    try { told = await notebook.flush(); if (told) said.textContent = words.sent; } catch (gone) { said.textContent = words.offline; }
    await show(told);
  };
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    const note = {id: fresh(), url: words.send};
    for (const name of parts) note[name] = field(name) ? field(name).value : '';
    try { await notebook.keep(note); } catch (full) { return form.submit(); }
    field('households').value = field('questions').value = '';
    said.textContent = words.kept;
    await show();
    if (worker && worker.sync) worker.sync.register('gui').catch(() => null);
    await flush();
  });
  addEventListener('online', flush);
  document.addEventListener('visibilitychange', () => document.hidden || flush());
  if (navigator.serviceWorker) navigator.serviceWorker.register(words.worker).then(() => navigator.serviceWorker.ready).then(ready => {
    worker = ready;
    ready.active.postMessage([location.href, ...performance.getEntriesByType('resource').map(one => one.name).filter(url => url.startsWith(location.origin + '/') && !url.includes('/so-tay/'))]);
    words.ready = '1';
  }).catch(() => null);
  flush();
})();

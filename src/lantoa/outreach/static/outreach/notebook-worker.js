// Opens the notebook without a network; sends what waits when it is back.
const STORE = 'so-tay-1';
addEventListener('install', () => skipWaiting());
addEventListener('activate', event => event.waitUntil(clients.claim()));
addEventListener('message', event => event.waitUntil(caches.open(STORE).then(store =>
  Promise.all(event.data.map(url => store.add(url).catch(() => null))))));
addEventListener('sync', event => event.waitUntil(notebook.flush().then(async told =>
  (await clients.matchAll({includeUncontrolled: true})).forEach(page => page.postMessage(told)))));
const fresh = async request => {
  const store = await caches.open(STORE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await store.put(request.url, answer.clone());
    return answer;
  } catch (gone) {
    const kept = await store.match(request.url);
    if (kept) return kept;
    throw gone;
  }
};
addEventListener('fetch', event => {
  const {request} = event;
  if (request.method === 'GET' && request.url.startsWith(location.origin)) event.respondWith(fresh(request));
});

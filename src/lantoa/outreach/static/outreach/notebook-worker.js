// Opens the notebook without a network, and sends what waits when the network is back, even with the page closed.
const STORE = 'so-tay-1';
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('message', event => event.waitUntil(caches.open(STORE).then(store =>
  Promise.all(event.data.map(url => store.add(url).catch(() => null))))));
self.addEventListener('sync', event => event.waitUntil(notebook.flush()));
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
self.addEventListener('fetch', event => {
  const {request} = event, own = new URL(request.url).origin === location.origin;
  if (request.method !== 'GET' || !own) return;
  if (request.mode === 'navigate') event.respondWith(fresh(request));
  else event.respondWith(caches.match(request.url).then(kept => kept || fetch(request)));
});

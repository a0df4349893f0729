// The way back: nothing is kept any more. What waits to be sent still goes out; then the worker leaves, unless notifications
// need it.
async function leave() {
  await once().catch(() => 0);
  if ((await all()).some(waits) || (await self.registration.pushManager?.getSubscription())) return;
  await self.registration.unregister();
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await self.clients.claim();
    await leave();
  };
  event.waitUntil(drop());
});
self.addEventListener("sync", (event) => event.waitUntil(leave()));
self.addEventListener("message", (event) => event.data === "flush" && event.waitUntil(leave()));

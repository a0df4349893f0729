// The way back: nothing is kept any more, and the worker leaves, unless notifications need it.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const leave = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    if (!(await self.registration.pushManager?.getSubscription())) await self.registration.unregister();
  };
  event.waitUntil(leave());
});

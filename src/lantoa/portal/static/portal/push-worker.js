// Shows a notification and opens its page. The first part of the site's one worker; see worker.py.
const home = new URL("/", self.location.origin).href;

function ours(address) {
  try {
    const url = new URL(address, home);
    return url.origin === self.location.origin ? url.href : home;
  } catch {
    return home;
  }
}

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data ? event.data.json() : {};
  } catch {
    // not ours: a notification without words still has to be shown, browsers insist
  }
  event.waitUntil(
    self.registration.showNotification(String(told.title || "Lan Tỏa"), {
      body: String(told.body || ""),
      tag: told.tag ? String(told.tag) : undefined,
      lang: told.lang ? String(told.lang) : "vi",
      icon: "/static/ui/icon-192.png",
      badge: "/static/ui/icon-192.png",
      data: { url: ours(told.url || home) },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const data = event.notification.data || {};
  event.waitUntil(self.clients.openWindow(ours(data.url || home)));
});

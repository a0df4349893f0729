// Shows a notification and opens its page. The first part of the site's one worker; see worker.py.
const NAME = __NAME__, ICON = __ICON__;
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
    self.registration.showNotification(String(told.title || NAME), {
      body: String(told.body || ""),
      tag: told.tag ? String(told.tag) : undefined,
      lang: told.lang ? String(told.lang) : "vi",
      icon: ICON,
      data: { url: ours(told.url || home) },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const data = event.notification.data || {};
  event.waitUntil(self.clients.openWindow(ours(data.url || home)));
});

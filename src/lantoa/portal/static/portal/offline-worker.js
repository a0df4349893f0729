// Keeps what was read for days without a network, and holds messages until there is one. The network always comes first.
// Of a release is only "ready-V". Pages, pictures, kits and the hashed files that their words name outlast it.
const V = "__VERSION__", READY = __READY__, MOST = 60;
const front = (path) => path.match(/^\/((__FURTHER__)\/)?/)[0], below = (path) => path.slice(front(path).length);
const NEVER = /^(ban-lam-viec|quan-tri|tai-khoan|tra-loi|cua-toi|hop-thu|nhan-tin|webhook|xac-nhan|so-tay|loa|l|t|trang-nay|bao-tin)\b/;
const LASTS = /^\/(static\/.*\.[\da-f]{12}\.|mau-|con-dau-)/;
const ANY = { ignoreVary: true };
const box = (name) => caches.open(name);
const drop = async (name, request) => (await box(name)).delete(request, ANY);
// What was read is newer than the kit: see `pack`.
const kept = async (request) => (await caches.match(request, { ...ANY, cacheName: "pages" })) || caches.match(request, ANY);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(box("ready-" + V).then((into) => into.addAll(READY)));
});

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) {
      const [kind, of] = name.split("-"), ready = kind === "ready";
      if (!of || of === V) continue;
      const from = await box(name), into = await box(ready ? "static" : kind);
      for (const one of await from.keys())
        if (!ready || LASTS.test(new URL(one.url).pathname)) await into.put(one, await from.match(one, ANY));
      await caches.delete(name);
    }
    for (const one of READY) await drop("pages", one);
    await self.clients.claim();
  };
  event.waitUntil(old());
});

async function keep(name, request, answer) {
  const into = await box(name);
  await into.delete(request, ANY);
  await into.put(request, answer);
  const all = await into.keys();
  for (const one of all.slice(0, Math.max(0, all.length - MOST))) await into.delete(one);
}

async function gone(request) {
  for (const name of await caches.keys()) await drop(name, request);
}

// The new kit comes whole or not at all; until then the old one stands.
async function pack(urls) {
  const into = await box("kit"), whole = urls.map((one) => new URL(one, self.location).href);
  await into.addAll(urls);
  for (const one of await into.keys()) if (!whole.includes(one.url)) await into.delete(one);
  for (const one of urls) await drop("pages", one);
}

async function fresh(request, event) {
  const answer = await fetch(request);
  if (answer.status === 404 || answer.status === 410) await gone(request);
  const said = answer.headers.get("Cache-Control") || "";
  const shut = said.includes("no-store") || (said.includes("private") && !answer.headers.has("Lantoa-Keep"));
  if (answer.status === 200 && !answer.redirected && !shut) {
    const copy = answer.clone(), page = (copy.headers.get("Content-Type") || "").startsWith("text/html");
    event.waitUntil(keep(page ? "pages" : "media", request, copy));
  }
  return answer;
}

async function page(request, event) {
  const coming = fresh(request, event);
  const late = new Promise((done) => setTimeout(done, 4000));
  try {
    const answer = await Promise.race([coming, late]);
    return answer || (await kept(request)) || (await coming);
  } catch {
    const told = request.mode === "navigate" && (await kept(front(new URL(request.url).pathname) + "ngoai-tuyen/"));
    return (await kept(request)) || told || Response.error();
  }
}

async function still(request) {
  const had = await kept(request);
  if (had) return had;
  const answer = await fetch(request);
  if (answer.ok) await keep("static", request, answer.clone());
  return answer;
}

function store(mode, work) {
  return new Promise((done, fail) => {
    const opening = indexedDB.open("lantoa", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("out", { keyPath: "key" });
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const deed = opening.result.transaction("out", mode), asked = work(deed.objectStore("out"));
      deed.oncomplete = () => (opening.result.close(), done(asked.result));
      deed.onerror = () => fail(deed.error);
    };
  });
}

async function posted(request) {
  const fields = Object.fromEntries(await request.clone().formData()), { key } = fields, to = new URL(request.url).pathname;
  try {
    const answer = await fetch(request);
    if (key && answer.type === "opaqueredirect") await store("readwrite", (out) => out.delete(key)).catch(() => 0);
    return answer;
  } catch (trouble) {
    if (!key) throw trouble;
    await store("readwrite", (out) => out.put({ key, to, fields, at: Date.now() }));
    await self.registration.sync?.register("out").catch(() => 0);
    return Response.redirect(front(to) + "cho-gui/", 303);
  }
}

async function tell(words) {
  for (const client of await self.clients.matchAll()) client.postMessage(words);
}

async function flush() {
  let left = 0;
  for (const one of await store("readonly", (out) => out.getAll())) {
    if (one.receipt || one.refused) continue;
    const answer = await fetch(one.to, { method: "POST", body: new URLSearchParams(one.fields), credentials: "omit" });
    if (answer.redirected) await store("readwrite", (out) => out.put({ key: one.key, at: one.at, receipt: new URL(answer.url).pathname }));
    else if (answer.status === 422) await store("readwrite", (out) => out.put({ ...one, refused: true }));
    else left = answer.status;
  }
  await tell("out");
  if (left) throw Error(left); // the browser tries again later, and so does every page
}
const once = () => navigator.locks.request("out", flush);

self.addEventListener("sync", (event) => event.waitUntil(once()));
self.addEventListener("message", (event) => {
  if (event.data === "flush") event.waitUntil(once().catch(() => 0));
  if (event.data.kit) {
    const { kit, ...of } = event.data, packed = () => pack(kit).then(() => tell({ said: "kit", of }));
    event.waitUntil(navigator.locks.request("kit", packed).catch(() => tell({ said: "kit-failed" })));
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && below(url.pathname) === "gui-y-kien/") return event.respondWith(posted(request));
  if (request.method !== "GET" || NEVER.test(below(url.pathname)) || url.searchParams.has("xa")) return;
  if (LASTS.test(url.pathname)) event.respondWith(still(request));
  else if (request.mode === "navigate" || request.destination === "image") event.respondWith(page(request, event));
  else if (request.destination === "audio" || /^\/static\//.test(url.pathname)) event.respondWith(kept(url.pathname).then((had) => had || fetch(request)));
});

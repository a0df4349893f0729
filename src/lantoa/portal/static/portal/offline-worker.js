// Keeps what was read for days without a network, and holds messages until there is one. The network always comes first.
// Of a release is only "ready-V". Pages, pictures, kits and the hashed files that their words name outlast it.
const V = "__VERSION__", PAGES = __PAGES__, NEEDED = __NEEDED__, DRESS = __DRESS__, MOST = 60;
const below = (path) => path.slice(front(path).length);
const within = (at) => PAGES.map((page) => at + page);
const NEVER = /^(ban-lam-viec|quan-tri|tai-khoan|tra-loi|cua-toi|hop-thu|nhan-tin|webhook|xac-nhan|so-tay|loa|l|t|trang-nay|bao-tin)\b/;
const LASTS = /^\/(static\/.*\.[\da-f]{12}\.|mau-|con-dau-)/;
const ANY = { ignoreVary: true };
const box = (name) => caches.open(name);
const drop = async (name, request) => (await box(name)).delete(request, ANY);
// What was read is newer than the kit: see `pack`.
const kept = async (request) => (await caches.match(request, { ...ANY, cacheName: "pages" })) || caches.match(request, ANY);

// The pages without a network of these languages; those of others come when the reader does.
async function prepare(fronts) {
  const into = await box("ready-" + V);
  for (const one of new Set(fronts)) if (!(await into.match(one + PAGES[0], ANY))) await into.addAll(within(one));
  return into;
}

// The reader's languages are those of the open pages and of what was read. What a page has fetched the browser need not
// fetch again, and fonts are kept once a page asks for them; who saves data is spared what may be missing.
self.addEventListener("install", (event) => {
  self.skipWaiting();
  const ready = async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const read = await (await box("pages")).keys();
    const into = await prepare([...open, ...read].map((one) => front(new URL(one.url).pathname)));
    const [page] = await into.matchAll();
    const saves = navigator.connection?.saveData || page?.headers.has("Lantoa-Keep");
    await into.addAll(saves ? NEEDED : [...NEEDED, ...DRESS]);
  };
  event.waitUntil(ready());
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
    for (const one of FRONTS.flatMap(within)) await drop("pages", one);
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
  if (GONE.includes(answer.status)) await gone(request);
  const said = answer.headers.get("Cache-Control") || "";
  const shut = said.includes("no-store") || (said.includes("private") && !answer.headers.has("Lantoa-Keep"));
  if (answer.status === 200 && !answer.redirected && !shut) {
    const copy = answer.clone(), page = (copy.headers.get("Content-Type") || "").startsWith("text/html");
    event.waitUntil(keep(page ? "pages" : "media", request, copy));
  }
  return answer;
}

// What is to be said on a page that was shown from here, by its client: it asks as soon as it can hear, and hears what
// the network says afterwards.
const notes = new Map();

async function note(id, had, coming) {
  const say = async (now) => {
    notes.set(id, { kept: had.headers.get("Date"), now });
    (await self.clients.get(id))?.postMessage(notes.get(id));
  };
  say("").catch(() => 0);
  const answer = await coming;
  if (GONE.includes(answer.status)) await say("gone");
  else if (answer.type === "opaqueredirect") await say("newer");
  else if (answer.ok) await say((await answer.text()) === (await had.text()) ? "same" : "newer");
}

// That there is no network: in the language of the address, else in one the reader came to before.
async function without(at) {
  for (const one of [at, ...FRONTS]) {
    const had = await kept(one + PAGES[0]);
    if (had) return had;
  }
}

async function page(request, event) {
  const coming = fresh(request, event), at = front(new URL(request.url).pathname), visit = request.mode === "navigate";
  const late = new Promise((done) => setTimeout(done, 4000));
  const came = await Promise.race([coming, late]).catch(() => 0);
  if (came) {
    if (visit) event.waitUntil(prepare([at]).catch(() => 0));
    return came;
  }
  const had = await kept(request), own = within(at).includes(new URL(request.url).pathname);
  if (had && visit && !own) event.waitUntil(note(event.resultingClientId, had.clone(), coming).catch(() => 0));
  else event.waitUntil(coming.catch(() => 0)); // late, but kept
  return had || coming.catch(async () => (visit && (await without(at))) || Response.error());
}

async function still(request) {
  const had = await kept(request);
  if (had) return had;
  const answer = await fetch(request);
  if (answer.ok) await keep("static", request, answer.clone());
  return answer;
}

// A question begun on a page without a key gets one and waits to be finished, where messages wait.
async function begun(fields, at) {
  const same = (await all()).find((one) => one.draft && one.fields.text === fields.text);
  return { key: same?.key || crypto.randomUUID(), draft: true, fields: { unit: at.searchParams.get("xa"), ...fields } };
}

async function posted(request) {
  const fields = Object.fromEntries(await request.clone().formData()), { key } = fields, at = new URL(request.url);
  try {
    const answer = await fetch(request);
    if (key && answer.type === "opaqueredirect") await store("readwrite", (out) => out.delete(key)).catch(() => 0);
    return answer;
  } catch {
    const one = key ? { key, fields } : await begun(fields, at);
    await store("readwrite", (out) => out.put({ ...one, to: at.pathname, at: Date.now() }));
    await self.registration.sync?.register("out").catch(() => 0);
    return Response.redirect(front(at.pathname) + PAGES[1], 303);
  }
}

self.addEventListener("message", (event) => {
  if (event.data === "kept" && notes.has(event.source.id)) event.source.postMessage(notes.get(event.source.id));
  if (event.data.kit) {
    const { kit, ...of } = event.data, packed = () => pack(kit).then(() => tell({ said: "kit", of }));
    event.waitUntil(navigator.locks.request("kit", packed).catch(() => tell({ said: "kit-failed" })));
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && FORMS.includes(below(url.pathname))) return event.respondWith(posted(request));
  if (request.method !== "GET" || NEVER.test(below(url.pathname)) || url.searchParams.has("xa")) return;
  if (LASTS.test(url.pathname)) event.respondWith(still(request));
  else if (request.mode === "navigate" || request.destination === "image") event.respondWith(page(request, event));
  else if (request.destination === "audio" || /^\/static\//.test(url.pathname)) event.respondWith(kept(url.pathname).then((had) => had || fetch(request)));
});

// Messages that wait for a network: the part of the worker that sends them, each once, whatever else it does.
const FRONTS = __FRONTS__, FORMS = ["gui-y-kien/", "trang-nay/bao-loi/"], GONE = [404, 410];
const front = (path) => FRONTS.find((one) => path.startsWith(one));

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

const all = () => store("readonly", (out) => out.getAll());
const waits = (one) => !(one.receipt || one.refused || one.draft);

async function tell(words) {
  for (const client of await self.clients.matchAll()) client.postMessage(words);
}

async function flush() {
  let left = 0;
  for (const one of await all()) {
    if (!waits(one)) continue;
    const answer = await fetch(one.to, { method: "POST", body: new URLSearchParams(one.fields), credentials: "omit" });
    if (answer.redirected) await store("readwrite", (out) => out.put({ key: one.key, at: one.at, receipt: new URL(answer.url).pathname }));
    else if (answer.status === 422) await store("readwrite", (out) => out.put({ ...one, refused: true }));
    // The page it speaks of is gone: it can still be put as a question.
    else if (GONE.includes(answer.status)) {
      const asked = { ...one, refused: true, to: front(one.to) + FORMS[0], fields: { reply_by: "code", ...one.fields } };
      await store("readwrite", (out) => out.put(asked));
    }
    else left = answer.status;
  }
  await tell("out");
  if (left) throw Error(left); // the browser tries again later, and so does every page
}
const once = () => navigator.locks.request("out", flush);

self.addEventListener("sync", (event) => event.waitUntil(once()));
self.addEventListener("message", (event) => {
  if (event.data === "flush") event.waitUntil(once().catch(() => 0));
});

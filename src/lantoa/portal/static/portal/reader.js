// What a browser can do besides reading: keep pages for later, pass a page on, hold messages until there is a network.
const { worker, manifest } = document.querySelector("script[data-worker]").dataset;
const each = (selector, work) => document.querySelectorAll(selector).forEach(work);

async function tell(words) {
  const ready = await navigator.serviceWorker.ready;
  ready.active.postMessage(words);
}

// A browser fetches the app's description and icon as soon as it hears of them: not before the page can be read.
async function describe() {
  await new Promise((loaded) => (document.readyState === "complete" ? loaded() : addEventListener("load", loaded)));
  await new Promise((seen) => new PerformanceObserver(seen).observe({ type: "paint", buffered: true }));
  document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: manifest }));
}

function share() {
  each("[data-share]", (button) => {
    button.hidden = !navigator.share;
    const url = document.getElementById("link").value;
    button.onclick = () => navigator.share({ title: document.querySelector("h1").textContent, url }).catch(() => 0);
  });
  each("[data-copy]", (button) => {
    button.hidden = !navigator.clipboard;
    button.onclick = async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      document.querySelector("[data-copied]").hidden = false;
    };
  });
}

// A line over the page. What comes into a place that is there is read aloud.
function line() {
  const made = Object.assign(document.createElement("div"), { className: "wrap top" });
  made.setAttribute("role", "status");
  document.querySelector("main").prepend(made);
  return made;
}

// The commune whose kit is kept became several: the network need not be asked again, and once an hour the reader is,
// until a kit is chosen.
function divided({ words, heirs }) {
  const where = line(), link = ([name, href]) => Object.assign(document.createElement("a"), { href, textContent: name });
  setTimeout(() => where.append(words, ...heirs.flatMap((one) => [" ", link(one)])));
}

async function kit() {
  const list = document.querySelector("[data-kit]");
  const said = (name) => each("[data-kit-said]", (one) => (one.hidden = one.dataset.kitSaid !== name));
  const noted = (of) => localStorage.setItem("kit", JSON.stringify({ ...of, asked: Date.now() }));
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data.said === "kit") noted(data.of);
    if (data.said) said(data.said);
  });
  if (list) {
    const { of, version } = list.dataset;
    list.hidden = false;
    list.onclick = () => (said("busy"), tell({ kit: JSON.parse(list.dataset.kit), of, version }));
  }
  const kept = JSON.parse(localStorage.getItem("kit") || "null");
  if (!kept || !navigator.onLine || Date.now() - (kept.asked || 0) < 36e5) return;
  if (kept.heirs) return noted(kept), divided(kept);
  const answer = await fetch(kept.of), { pathname, search } = new URL(answer.url), of = pathname + search;
  if (answer.status === 404) return noted(kept);
  const now = await answer.json();
  if (now.heirs) return noted({ ...kept, ...now }), divided(now);
  const there = await Promise.all(now.urls.map((one) => caches.match(one, { ignoreVary: true })));
  if (now.version === kept.version && there.every(Boolean)) noted({ ...kept, of });
  else await tell({ kit: now.urls, of, version: now.version }); // noted once it is whole; till then each page asks
}

let note, heard;
// A page that this phone had kept says since when, and what the network says of it afterwards.
function aged({ kept, now }) {
  if (now === heard) return;
  heard = now;
  note?.remove();
  if (now === "same") return;
  note = line();
  const words = document.querySelector("[data-kept]").content.cloneNode(true), again = words.querySelector("a");
  const [day, hour] = new Date(kept).toLocaleString("en-GB", { dateStyle: "short", timeStyle: "short" }).split(", ");
  words.querySelector("[data-day]").textContent = day;
  words.querySelector("[data-hour]").textContent = hour;
  for (const one of words.querySelectorAll("[data-now]")) one.hidden = one.dataset.now !== now;
  again.hidden = !now;
  again.href = location.pathname + location.search;
  setTimeout(() => note.append(words));
}

// Before the browser hands on what was said while the page came in.
function hear() {
  const { serviceWorker } = navigator;
  serviceWorker?.addEventListener("message", ({ data }) => "kept" in Object(data) && aged(data));
  serviceWorker?.controller?.postMessage("kept");
}

async function begin() {
  describe().catch(() => 0);
  share();
  if (!("serviceWorker" in navigator) || !worker) return;
  await navigator.serviceWorker.register(worker, { scope: "/" });
  addEventListener("online", () => tell("flush"));
  tell("flush");
  kit().catch(() => 0); // the next page asks again
}

hear();
begin().catch(() => 0);

// The page of messages that wait for a network: what they are, "send now", and taking one back.
const page = document.querySelector("[data-outbox]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);

function store(mode, work) {
  return new Promise((done, fail) => {
    const opening = indexedDB.open("lantoa", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("out", { keyPath: "key" });
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const deed = opening.result.transaction("out", mode), asked = work(deed.objectStore("out"));
      deed.oncomplete = () => (opening.result.close(), done(asked.result));
    };
  });
}

// All that was typed goes to the form, which comes back filled in, each fault named.
function again(form, one) {
  form.action = one.to;
  for (const [name, value] of Object.entries(one.fields)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
}

function row(one) {
  const made = part(one.receipt ? "sent" : one.refused ? "refused" : one.draft ? "begun" : "waits").content.cloneNode(true);
  if (one.receipt) made.querySelector("a").href = one.receipt;
  else made.querySelector("q").textContent = one.fields.text;
  if (one.refused) again(made.querySelector("form"), one);
  made.querySelector("[type=button]").onclick = async () => (await store("readwrite", (out) => out.delete(one.key)), show());
  return made;
}

const kept = () => store("readonly", (out) => out.getAll());

// What was begun elsewhere goes on in this page's form under its own key: sent, or waiting, it is begun no more.
async function goOn() {
  const { key, text, unit } = page.querySelector("form.form").elements;
  const begun = !text.value && (await kept()).find((one) => one.draft);
  key.value = begun?.key || crypto.randomUUID();
  if (!begun) return;
  text.value = begun.fields.text;
  unit.value ||= begun.fields.unit || "";
}

async function show() {
  const all = await kept();
  const waiting = all.filter((one) => !one.receipt && !one.draft).length;
  part("list").replaceChildren(...all.map(row));
  part("count").textContent = waiting;
  part("some").hidden = !waiting;
  part("none").hidden = all.length > 0;
}

part("now").onclick = async () => (await navigator.serviceWorker.ready).active.postMessage("flush");
navigator.serviceWorker.addEventListener("message", ({ data }) => data === "out" && show());
goOn().catch(() => 0);
show();

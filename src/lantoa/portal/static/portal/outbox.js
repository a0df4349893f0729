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
  const made = part(one.receipt ? "sent" : one.refused ? "refused" : "waits").content.cloneNode(true);
  if (one.receipt) made.querySelector("a").href = one.receipt;
  else made.querySelector("q").textContent = one.fields.text;
  if (one.refused) again(made.querySelector("form"), one);
  made.querySelector("[type=button]").onclick = async () => (await store("readwrite", (out) => out.delete(one.key)), show());
  return made;
}

async function show() {
  const all = await store("readonly", (out) => out.getAll());
  const waiting = all.filter((one) => !one.receipt).length;
  part("list").replaceChildren(...all.map(row));
  part("count").textContent = waiting;
  part("some").hidden = !waiting;
  part("none").hidden = all.length > 0;
}

part("now").onclick = async () => (await navigator.serviceWorker.ready).active.postMessage("flush");
navigator.serviceWorker.addEventListener("message", ({ data }) => data === "out" && show());
page.querySelector("[name=key]").value = crypto.randomUUID();
page.hidden = false;
show();

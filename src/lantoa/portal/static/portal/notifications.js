// The browser's side of /bao-tin/: permission, subscription, and which of the page's parts fits. The forms are plain forms.
// It stands right behind the parts, so that nothing below them is drawn before it is known which one shows.
const page = document.querySelector("[data-push-page]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);

function show(...names) {
  for (const one of page.querySelectorAll("[data-part]")) one.hidden = !names.includes(one.dataset.part);
}

function bytes(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain.padEnd(Math.ceil(plain.length / 4) * 4, "=")), (sign) => sign.charCodeAt(0));
}

function fill(subscription) {
  const written = JSON.stringify(subscription.toJSON());
  for (const field of page.querySelectorAll("[data-push]")) field.value = written;
}

async function known() {
  const worker = await navigator.serviceWorker.getRegistration(page.dataset.worker);
  return worker ? worker.pushManager.getSubscription() : null;
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return null;
  const worker = await navigator.serviceWorker.register(page.dataset.worker, { scope: "/" });
  const kept = await worker.pushManager.getSubscription();
  if (kept) return kept;
  if (!worker.active) {
    await new Promise((done) => {
      const coming = worker.installing || worker.waiting;
      coming.addEventListener("statechange", () => coming.state === "activated" && done());
    });
  }
  const key = bytes(page.dataset.key);
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const chosen = form.querySelector("[name=purposes]:checked") && form.elements.unit.value;
  if (!chosen) return form.submit(); // the answer names what is missing; nobody is asked for permission in vain
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const subscription = await turnOn();
    if (!subscription) return show("denied");
    fill(subscription);
    form.submit();
  } catch {
    show("failed", "form");
  } finally {
    button.disabled = false;
  }
}

async function leave(event) {
  event.preventDefault();
  const subscription = await known();
  if (subscription) {
    fill(subscription);
    await subscription.unsubscribe();
  }
  event.target.submit();
}

async function begin() {
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!able) return show("unable");
  const denied = Notification.permission === "denied";
  show(denied ? "denied" : "form");
  part("form").addEventListener("submit", send);
  part("on").querySelector("[data-off]").addEventListener("submit", leave);
  const subscription = await known();
  if (subscription) fill(subscription);
  if (subscription && !denied && !("errors" in page.dataset)) show("on", "form");
}

if (page) begin();

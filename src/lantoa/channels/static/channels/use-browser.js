// Puts the subscription of this browser, turned on at the portal's page, into the field of the test message.
const button = document.querySelector("[data-use-browser]");

async function subscription() {
  const worker = await navigator.serviceWorker.getRegistration(button.dataset.useBrowser);
  return worker ? worker.pushManager.getSubscription() : null;
}

if (button && "serviceWorker" in navigator) {
  const known = await subscription();
  button.hidden = !known;
  button.addEventListener("click", () => {
    button.form.elements.address.value = JSON.stringify(known.toJSON());
  });
}

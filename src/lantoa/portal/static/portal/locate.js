// The commune around a phone, on /noi-toi-o/. Without this, or without leave, one types the name or chooses from the list.
const place = document.querySelector("[data-locate]");
const button = place.querySelector("button"), said = place.querySelector("[role=status]");

async function ask({ coords }) {
  const point = { "kinh-do": coords.longitude.toFixed(4), "vi-do": coords.latitude.toFixed(4) };
  const answer = await fetch(place.dataset.locate, { method: "POST", body: new URLSearchParams(point) });
  const told = await answer.json();
  if (told.url) location.assign(told.url);
  else refuse(told.why);
}

function refuse(why) {
  button.disabled = false;
  said.textContent = why || place.dataset.no;
}

if (navigator.geolocation && window.isSecureContext) {
  place.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    said.textContent = "";
    const wishes = { timeout: 20000, maximumAge: 60000 };
    navigator.geolocation.getCurrentPosition((found) => ask(found).catch(() => refuse()), () => refuse(), wishes);
  });
}

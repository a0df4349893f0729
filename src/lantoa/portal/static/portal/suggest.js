/* Titles while one types, as links below the field; without this, the search works all the same. Not as the browser's own
   list: browsers leave out what does not hold the typed letters themselves, and “ho ngheo” is not in “hộ nghèo”. */
(() => {
  const field = document.querySelector("input[data-suggest]");
  if (!field || (navigator.connection && navigator.connection.saveData)) return;
  const { suggest, titles: words } = field.dataset, known = new Map();
  const list = Object.assign(document.createElement("ul"), { className: "bare rows top-s", hidden: true });
  list.setAttribute("aria-label", words);
  const said = Object.assign(document.createElement("p"), { className: "unseen" });
  said.setAttribute("aria-live", "polite");
  field.parentElement.after(list, said);
  field.autocomplete = "off";
  let waiting, asked = "";
  const row = (title) => {
    const item = document.createElement("li"), link = document.createElement("a");
    link.className = "more";
    link.href = `${field.form.action}?q=${encodeURIComponent(title)}`;
    link.textContent = title;
    item.append(link);
    return item;
  };
  const show = (titles) => {
    list.replaceChildren(...titles.map(row));
    list.hidden = !titles.length;
    said.textContent = titles.length ? `${words}: ${titles.length}` : "";
  };
  const ask = async () => {
    const query = field.value.trim();
    if (query === asked) return;
    asked = query;
    if (query.length < 2) return show([]);
    if (!known.has(query)) {
      try {
        const answer = await fetch(`${suggest}?dang=json&q=${encodeURIComponent(query)}`);
        if (!answer.ok) return;
        known.set(query, (await answer.json()).titles);
      } catch { return; }
    }
    if (asked === query) show(known.get(query));
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 180); });
  field.form.addEventListener("keydown", (event) => {
    const stops = [field, ...list.querySelectorAll("a")], at = stops.indexOf(document.activeElement);
    const next = stops[at + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] || NaN)], shut = event.key === "Escape" && !list.hidden;
    if (at < 0 || !(next || shut)) return;
    event.preventDefault();
    (next || field).focus();
    if (shut) show([]);
  });
})();

/* Titles while one types, as the browser's own list; without this, the search works all the same. */
(() => {
  const field = document.querySelector("input[data-suggest]");
  if (!field || (navigator.connection && navigator.connection.saveData)) return;
  const list = document.createElement("datalist");
  list.id = "q-titles";
  field.after(list);
  field.setAttribute("list", list.id);
  field.autocomplete = "off";
  const known = new Map();
  let waiting, asked = "";
  const show = (titles) => list.replaceChildren(...titles.map((title) => {
    const option = document.createElement("option");
    option.value = title;
    return option;
  }));
  const ask = async () => {
    const query = field.value.trim();
    if (query.length < 2 || query === asked) return;
    asked = query;
    if (!known.has(query)) {
      try {
        const answer = await fetch(`${field.dataset.suggest}?dang=json&q=${encodeURIComponent(query)}`);
        if (!answer.ok) return;
        known.set(query, (await answer.json()).titles);
      } catch { return; }
    }
    if (asked === query) show(known.get(query));
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 180); });
})();

// The palette: everything that one can go to or do, in one list that is searched by typing. It is a combobox with a
// list box (WAI-ARIA 1.2): focus stays in the field, and the option that Enter chooses is named by it.

const MOST_EACH = 8, LEAST_CHARS = 2, PAUSE_MS = 200;
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const make = (tag, properties = {}, attributes = {}) => {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};
const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS(svg.namespaceURI, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
};
const ask = async (address) => {
  const response = await fetch(address, { cache: "no-store" }).catch(() => null);
  return response?.ok && !response.redirected ? response.json() : null;
};

// What can be done here: in the row from which the palette was opened, else on the page outside of its rows; first what
// works the case.
const nameOf = (element) => {
  const said = (element.querySelector("summary") ?? element).cloneNode(true);
  for (const hidden of said.querySelectorAll("kbd, .count")) hidden.remove();
  const text = element.getAttribute("aria-label") || element.placeholder || element.labels?.[0]?.textContent || said.textContent;
  return text.replace(/\s+/g, " ").trim();
};
const deeds = (row) =>
  [...(row ?? document).querySelectorAll("[data-does]")]
    .filter((one) => row || !one.closest("[data-row]"))
    .sort((a, b) => Boolean(b.closest("#actions")) - Boolean(a.closest("#actions")))
    .map((element) => ({ title: nameOf(element), hint: "", key: element.dataset.key, icon: "arrow", element }));

// Best first: what begins with what was typed, then what has its words.
const rank = (place, words) => {
  const title = folded(place.title);
  if (!words.every((word) => title.includes(word) || folded(place.hint).includes(word))) return 0;
  return title.startsWith(words[0]) ? 3 : title.includes(words[0]) ? 2 : 1;
};
const best = (places, words) =>
  words.length ? places.map((place) => [rank(place, words), place]).filter(([found]) => found).sort(([a], [b]) => b - a).map(([, place]) => place) : places;

// Its style comes with it, and is there before it is shown.
const style = () => new Promise((resolve) => {
  const link = make("link", { rel: "stylesheet", href: new URL("palette.css", import.meta.url).href, onload: resolve, onerror: resolve });
  document.head.append(link);
});
let styled = null;

export const open = async (row, press) => {
  styled ??= style();
  const [known] = await Promise.all([ask("/console/palette"), styled]);
  if (!known) { location.assign("/console/search"); return; }
  if (document.querySelector("dialog[open]")) return;
  const { words: texts, groups } = known;
  let found = [], options = [], chosen = 0, asking = 0, timer = 0;

  const dialog = make("dialog", { className: "palette", id: "palette" }, { "aria-label": texts.title });
  const field = make("input", { type: "text", id: "palette-field", placeholder: texts.field, autocomplete: "off", spellcheck: false, dir: "auto" }, {
    role: "combobox", "aria-label": texts.field, "aria-controls": "palette-list", "aria-expanded": "true", "aria-autocomplete": "list",
  });
  const list = make("div", { id: "palette-list" }, { role: "listbox", "aria-label": texts.title });
  const status = make("p", { className: "hint" }, { role: "status" });
  dialog.append(field, list, status);

  const choose = (at) => {
    chosen = at;
    for (const [number, { element }] of options.entries()) element.setAttribute("aria-selected", String(number === at));
    const current = options[at]?.element;
    if (current) field.setAttribute("aria-activedescendant", current.id); else field.removeAttribute("aria-activedescendant");
    current?.scrollIntoView({ block: "nearest" });
  };
  const go = (place, isBeside) => {
    if (isBeside && place.url) { window.open(place.url, "_blank", "noopener"); return; }
    dialog.close();
    if (place.url) { location.assign(place.url); return; }
    // The page may have been read again meanwhile, and have the same thing anew.
    const element = place.element.isConnected ? place.element : deeds(row?.isConnected ? row : null).find(({ title }) => title === place.title)?.element;
    if (element) press(element);
  };
  const option = (place, number) => {
    const element = make("div", { id: `palette-${number}`, className: "palette-option" }, { role: "option", "aria-selected": "false" });
    element.append(icon(place.icon), make("span", { className: "palette-title", textContent: place.title, dir: "auto" }));
    if (place.key) element.append(make("kbd", { textContent: place.key }, { "aria-hidden": "true" }));
    if (place.hint) element.append(make("span", { className: "palette-hint", textContent: place.hint, dir: "auto" }));
    element.addEventListener("click", (event) => go(place, event.ctrlKey || event.metaKey));
    return { element, place };
  };
  const show = () => {
    const typed = folded(field.value).split(/\s+/).filter(Boolean), before = options[chosen]?.place;
    const own = { title: texts.actions, places: deeds(row?.isConnected ? row : null) };
    const local = [own, ...groups].map(({ title, places }) => ({ title, places: best(places, typed).slice(0, typed.length || title === texts.actions ? MOST_EACH * 2 : MOST_EACH) }));
    options = [];
    list.replaceChildren(...[...local, ...found].filter(({ places }) => places.length).map(({ title, places }, number) => {
      const group = make("div", {}, { role: "group", "aria-labelledby": `palette-group-${number}` });
      const rows = places.map((place, at) => option(place, options.length + at));
      options.push(...rows);
      group.append(make("div", { id: `palette-group-${number}`, className: "palette-group", textContent: title }, { role: "presentation" }), ...rows.map(({ element }) => element));
      return group;
    }));
    field.setAttribute("aria-expanded", String(options.length > 0));
    list.hidden = !options.length;
    const same = options.findIndex(({ place }) => before && (place.url ? place.url === before.url : place.title === before.title));
    choose(Math.max(0, typed.length ? same : 0));
    status.textContent = options.length ? texts.found.replace("{n}", options.length) : texts.none;
  };
  const search = async () => {
    const asked = field.value.trim(), number = ++asking;
    const answer = asked.length < LEAST_CHARS ? [] : await ask(`/console/palette/found?${new URLSearchParams({ q: asked })}`);
    // Only what was asked last is shown, however long the others took.
    if (number !== asking || !answer) return;
    found = answer;
    show();
  };
  field.addEventListener("input", () => {
    found = [];
    options = [];
    show();
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, PageDown: chosen + MOST_EACH, PageUp: chosen - MOST_EACH }[event.key];
    if (to !== undefined && options.length) {
      const step = Math.abs(to - chosen) === 1;
      choose(step ? (to + options.length) % options.length : Math.min(options.length - 1, Math.max(0, to)));
    } else if (event.key === "Enter" && options[chosen]) go(options[chosen].place, event.ctrlKey || event.metaKey);
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") dialog.close();
    // The browser closes the palette; what is open on the page behind it stays so.
    else if (event.key === "Escape") { event.stopPropagation(); return; } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { clearTimeout(timer); asking += 1; dialog.remove(); });
  document.body.append(dialog);
  show();
  dialog.showModal();
  field.focus();
};

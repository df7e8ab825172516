"use strict";
// What JavaScript adds to pages that work without it: regions that stay up to date, times that run, holds that are kept,
// one key for each action, and copying. A region is an element with an id and `data-live`; `data-every` is after how many
// seconds it is read again without any event.
(() => {
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const page = document.body.dataset.page;
  const news = document.getElementById("news");
  const REFRESH_SECONDS = 60;
  // A frame in another site's page gets none of the console's cookies, and perhaps no storage to keep anything in.
  const isFramed = "framed" in document.body.dataset;
  const storage = (() => {
    try { return localStorage; } catch {
      const kept = new Map();
      return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
    }
  })();

  // Texts are the page's, in its language; `{name}` stands for a fact, and a text about a number comes in its forms.

  const texts = JSON.parse(document.body.dataset.words);
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const say = (name, facts = {}) => {
    const text = typeof texts[name] === "string" ? texts[name] : texts[name][plural.select(facts.n)] ?? texts[name].other;
    return text.replace(/\{(\w+)\}/g, (_, fact) => facts[fact]);
  };

  // Times

  const span = (seconds) => {
    const whole = Math.floor(Math.abs(seconds));
    if (whole < 60) return say("seconds", { n: whole });
    if (whole < 3600) return say("minutes", { n: Math.floor(whole / 60) });
    const hours = Math.floor(whole / 3600), minutes = Math.floor((whole % 3600) / 60);
    if (whole < 86400) return minutes && hours < 10 ? say("hoursMinutes", { hours, minutes }) : say("hours", { n: hours });
    return say("days", { n: Math.floor(whole / 86400) });
  };

  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };

  const runTimes = () => {
    const now = Date.now();
    for (const time of $$("time[data-age]")) write(time, span((now - Date.parse(time.dateTime)) / 1000));
    for (const time of $$("time[data-due]")) {
      const left = (Date.parse(time.dateTime) - now) / 1000;
      write(time, say(left > 0 ? "left" : "over", { span: span(left) }));
      const clock = time.closest("[data-pressure]");
      if (clock) clock.dataset.pressure = left <= 0 ? "late" : left <= 300 ? "soon" : "calm";
    }
  };

  // Regions

  const regions = () => $$("[data-live][id]");
  const settled = (html) => html.replace(/(<time[^>]*data-(?:age|due)[^>]*>)[^<]*/g, "$1").replace(/ data-pressure="\w*"/g, "");
  const shown = new Map(regions().map((region) => [region.id, settled(region.innerHTML)]));

  // What a refused form brings back was typed too, although the page came with it.
  if (document.querySelector("main > .notice--problem")) {
    for (const field of $$("input:not([type=hidden], [type=checkbox], [type=radio]), textarea")) if (field.value) field.dataset.typed = "";
  }
  const isTyped = (field) => "typed" in field.dataset ? field.value !== "" : field.readOnly ? false
    : field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT" ? false : field.type !== "hidden" && field.value !== field.defaultValue;
  const isBusy = (region) =>
    $$("input, textarea, select", region).some((field) => field === document.activeElement || isTyped(field));

  const focusable = "a[href], button, summary, input, select, textarea";
  const placeOf = (element) => {
    const around = element.closest("[id]");
    return around && { id: around.id, index: around === element ? -1 : $$(focusable, around).indexOf(element) };
  };
  const focusAgain = (place) => {
    const around = place && document.getElementById(place.id);
    const element = around && (place.index < 0 ? around : $$(focusable, around)[place.index]);
    if (element) element.focus({ preventScroll: true });
  };

  const replace = (region, fresh) => {
    const focused = region.contains(document.activeElement) ? placeOf(document.activeElement) : null;
    const open = new Map($$("details[id]", region).map((details) => [details.id, details.open]));
    region.innerHTML = fresh.innerHTML;
    for (const name of ["data-says", "class"]) {
      if (fresh.hasAttribute(name)) region.setAttribute(name, fresh.getAttribute(name));
    }
    for (const [id, isOpen] of open) {
      const details = document.getElementById(id);
      if (details) details.open = isOpen;
    }
    if (focused) focusAgain(focused);
  };

  // Whoever has not touched a key or a pointer for half an hour, in any tab of the console, is not there.

  const IDLE_MS = 30 * 60 * 1000;
  const touched = () => storage.setItem("warmline touched", Date.now());
  let notedAt = 0;
  for (const type of ["pointermove", "pointerdown", "keydown"]) {
    addEventListener(type, () => { if (Date.now() - notedAt > 10000) { notedAt = Date.now(); touched(); } }, { passive: true });
  }
  touched();
  const whether = () => Date.now() - Number(storage.getItem("warmline touched")) > IDLE_MS ? { "X-Idle": "1" } : {};

  let fetching = false, again = false;
  const refresh = async () => {
    if (!page || document.hidden) return;
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const response = await fetch(page, { cache: "no-store", headers: whether() });
      if (response.redirected) { location.assign(page); return; }
      if (response.ok) {
        const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
        // A frame is not sent on to where one signs in: it shows that in the place of the case.
        if (isFramed && !("signedIn" in fresh.body.dataset)) { location.assign(page); return; }
        update(fresh);
      }
    } catch { /* The next event, or the next minute, tries again. */ }
    fetching = false;
    if (again) { again = false; refresh(); }
  };

  // What a region says of itself is read out when it changes: its `data-says`, or its heading where `data-state` marks
  // that the heading is the state of the case. Such a change is shown at once, also while somebody types in the region.

  const saysOf = (region) => region.dataset.says || ("state" in region.dataset && region.querySelector("h2")?.textContent.trim()) || "";
  const typedIn = (region) =>
    $$("input:not([type=checkbox], [type=radio]), textarea", region).filter(isTyped).map((field) => ({ id: field.id, value: field.value }));

  // Text that was typed goes into the same field of what is shown now, or else stands below it, until that field is there
  // again: a colleague may reserve a case, and put it back.
  const carry = (region, typed) => {
    const before = document.getElementById(`${region.id}-typed`);
    const lost = [];
    for (const { id, value } of [...JSON.parse(before?.dataset.fields || "[]"), ...typed]) {
      const field = document.getElementById(id);
      if (field && region.contains(field)) { field.value = value; field.closest("details")?.setAttribute("open", ""); } else lost.push({ id, value });
    }
    before?.parentElement.remove();
    if (!lost.length) return;
    const kept = Object.assign(document.createElement("div"), { className: "field kept" });
    const label = Object.assign(document.createElement("label"), { htmlFor: `${region.id}-typed`, textContent: say("kept") });
    const text = Object.assign(document.createElement("textarea"), { id: `${region.id}-typed`, readOnly: true, defaultValue: lost.map(({ value }) => value).join("\n") });
    text.dataset.fields = JSON.stringify(lost);
    kept.append(label, text);
    region.after(kept);
  };

  // Rows stay where they are while somebody points at them or is among them: what is gone is marked, what is new waits.

  const STILL_SECONDS = 60, rowKind = ":is([data-row], [data-place])[id]";
  let pointer = null, movedAt = 0;
  addEventListener("pointermove", ({ clientX, clientY }) => {
    if (pointer && (pointer.clientX !== clientX || pointer.clientY !== clientY)) movedAt = Date.now();
    pointer = { clientX, clientY };
  });
  const held = new Map();
  const isPointedAt = (region) =>
    region.contains(document.activeElement) || (region.matches(":hover") && Date.now() - movedAt < STILL_SECONDS * 1000);
  const rowsOf = (within) => $$(rowKind, within).map((row) => row.id);
  const holdStill = (region, now) => {
    const rows = rowsOf(region), coming = rowsOf(now);
    if (!rows.length || rows.join() === coming.join() || !isPointedAt(region)) return false;
    held.set(region.id, now);
    for (const row of $$(rowKind, region)) row.toggleAttribute("data-gone", !coming.includes(row.id));
    const fresh = coming.filter((id) => !rows.includes(id)).length;
    const button = region.querySelector("[data-newer]") || Object.assign(document.createElement("button"), { type: "button", className: "button button--small newer" });
    button.dataset.newer = "";
    write(button, fresh ? say("new", { n: fresh }) : say("update"));
    if (!button.isConnected) region.prepend(button);
    write(news, fresh ? say("newInList", { n: fresh }) : say("changed"));
    return true;
  };
  const letGo = (region) => {
    const now = held.get(region.id);
    if (!now) return;
    held.delete(region.id);
    replace(region, now);
    shown.set(region.id, settled(now.innerHTML));
    runTimes();
  };
  addEventListener("click", (event) => {
    const region = event.target.closest("[data-newer]")?.closest("[data-live]");
    if (region) { letGo(region); region.querySelector(`${rowKind} a`)?.focus(); }
  });
  const letGoWhereNobodyIs = () => {
    for (const id of [...held.keys()]) { const region = document.getElementById(id); if (!isPointedAt(region)) letGo(region); }
  };

  const update = (fresh) => {
    for (const region of regions()) {
      const now = fresh.getElementById(region.id);
      if (!now) continue;
      const before = saysOf(region), isOther = "state" in region.dataset && saysOf(now) !== before;
      if (isBusy(region) && !isOther) continue;
      const html = settled(now.innerHTML);
      if (html === shown.get(region.id) || holdStill(region, now)) continue;
      const typed = isOther ? typedIn(region) : [], hadFocus = region.contains(document.activeElement);
      held.delete(region.id);
      replace(region, now);
      shown.set(region.id, html);
      if (isOther) carry(region, typed);
      if (hadFocus && document.activeElement === document.body) (document.getElementById(`${region.id}-typed`) || document.getElementById("main")).focus({ preventScroll: true });
      if (saysOf(region) !== before) write(news, saysOf(region));
    }
    runTimes();
  };

  // What wants the operator: a count in the title, and a sound or a notice of the desktop where they want them, once for
  // all tabs.

  const ATTENTION_SECONDS = 20, title = document.title;
  const isSignedIn = "signedIn" in document.body.dataset;
  const wantsNotice = (kind) => (document.body.dataset.notices || "").split(" ").includes(kind);
  const alone = (name, work) => navigator.locks ? navigator.locks.request(name, work) : work();
  const unseen = (wanted) => alone("warmline news", async () => {
    const before = JSON.parse(storage.getItem("warmline news") || "null");
    const now = { ids: wanted.news.map(({ id }) => id), asleep: wanted.asleep };
    storage.setItem("warmline news", JSON.stringify(now));
    if (!before) return [];
    const stillAsleep = new Set(wanted.asleep.map(({ id }) => id));
    return [...wanted.news.filter(({ id }) => !before.ids.includes(id)), ...before.asleep.filter(({ id }) => !stillAsleep.has(id))];
  });
  const sound = () => {
    // A browser lets no page sound before somebody has touched it.
    if (!navigator.userActivation?.hasBeenActive) return;
    const context = new AudioContext(), tone = context.createOscillator(), volume = context.createGain();
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(.12, context.currentTime);
    volume.gain.exponentialRampToValueAtTime(.001, context.currentTime + .4);
    tone.connect(volume).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + .4);
    tone.onended = () => context.close();
  };
  const tell = (fresh) => {
    if (wantsNotice("sound")) sound();
    if (!wantsNotice("desktop") || document.hasFocus() || Notification.permission !== "granted") return;
    const [first, ...others] = fresh;
    const notice = new Notification("Warmline", { body: others.length ? say("andMore", { n: others.length, first: first.says }) : first.says, tag: first.id });
    notice.onclick = () => { focus(); location.assign(others.length ? "/console/" : first.url); };
  };
  const attend = async () => {
    if (isFramed) return;
    const response = await fetch("/console/attention", { cache: "no-store", headers: whether() }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const wanted = await response.json();
    document.title = wanted.count === "0" ? title : `(${wanted.count}) ${title}`;
    const fresh = await unseen(wanted);
    if (fresh.length) tell(fresh);
  };
  addEventListener("click", (event) => {
    if (event.target.closest("[data-asks-leave]") && "Notification" in window) Notification.requestPermission();
  });

  // Who else has the case open is a script of its own, for pages that show it. A page that is left before it has come
  // needs it no more.

  const company = document.getElementById("company");
  const meet = company && import(document.body.dataset.company).then(({ meeting }) => meeting(company, (text) => write(news, text))).catch(() => () => null);

  // A page that is seen has its stream of events. Of those that are hidden one keeps a stream, for all that waits: each
  // stream takes a connection, of which a browser has six for a site.

  const everything = (document.body.dataset.events || "").replace(/&chain_id=[^&]*/, "");
  let stream = null, soon = 0, letOthers = null;
  const open = (address) => {
    if (stream) stream.close();
    stream = new EventSource(address);
    const happened = () => { clearTimeout(soon); soon = setTimeout(() => { refresh(); attend(); }, 60); };
    stream.addEventListener("message", happened);
    if (company) stream.addEventListener("company", ({ data }) => meet.then((tell) => tell(JSON.parse(data))));
    for (const type of (document.body.dataset.eventTypes || "").split(" ")) stream.addEventListener(type, happened);
  };
  const leave = () => {
    if (stream) stream.close();
    stream = null;
    if (letOthers) letOthers();
    letOthers = null;
  };
  const follow = () => {
    if (!document.hidden) { leave(); open(document.body.dataset.events); return; }
    leave();
    if (!navigator.locks || isFramed) return;
    navigator.locks.request("warmline hidden stream", { ifAvailable: true }, (lock) => {
      if (!lock || !document.hidden) return null;
      open(everything);
      return new Promise((resolve) => { letOthers = resolve; });
    });
  };

  if (isSignedIn) {
    const isLive = page && regions().length;
    if (isLive) {
      follow();
      const asked = regions().map((region) => Number(region.dataset.every) || REFRESH_SECONDS);
      setInterval(refresh, Math.min(...asked) * 1000);
    }
    attend();
    setInterval(attend, ATTENTION_SECONDS * 1000);
    addEventListener("visibilitychange", () => { if (isLive || document.hidden) follow(); else leave(); refresh(); });
    addEventListener("pagehide", leave);
    addEventListener("pageshow", (event) => { if (event.persisted) { if (isLive) follow(); refresh(); attend(); } });
  }

  // Holds: the page that is open keeps them

  let keptAt = Date.now();
  const keepHolds = async () => {
    const form = document.querySelector("form[data-heartbeat]");
    if (!form || Date.now() - keptAt < form.dataset.heartbeat * 1000 / 3) return;
    keptAt = Date.now();
    const fields = new URLSearchParams(new FormData(form));
    fields.set("quiet", "1");
    const response = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
    if (response) refresh();
  };

  // Keys

  const help = document.getElementById("keys");
  // What was chosen in the place of a key, by that key; what acts on an element stands on it.
  const keymap = JSON.parse(document.body.dataset.keys || "{}");
  const isKey = (event, name) => event.key === (keymap[name] ?? name);
  const press = (element) => {
    showPartOf(element);
    if (element.matches("textarea, input, [tabindex]")) {
      element.closest("details")?.setAttribute("open", "");
      element.focus();
      return;
    }
    if (element.tagName !== "DETAILS") { element.click(); return; }
    element.open = true;
    const field = element.querySelector("textarea, input:not([type=hidden]), select, button");
    if (field) field.focus();
  };
  const step = (by) => {
    const rows = $$("[data-row]");
    if (!rows.length) return false;
    const at = rows.indexOf(document.activeElement.closest("[data-row]"));
    const row = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    row.querySelector("a").focus();
    row.scrollIntoView({ block: "nearest" });
    return true;
  };
  const close = () => {
    const open = $$("details.act[open], details.menu[open]").pop();
    if (!open) return false;
    open.open = false;
    open.querySelector("summary").focus();
    return true;
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") {
      // Out of a field, so that single keys do something again.
      if (close() || !event.target.matches("main :is(input, textarea, select)")) return;
      document.getElementById("main").focus({ preventScroll: true });
      return;
    }
    if (!("keys" in document.body.dataset)) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (isKey(event, "?") && help) { help.showModal(); event.preventDefault(); return; }
    if (isKey(event, "/")) {
      event.preventDefault();
      const field = document.querySelector("main [type=search]");
      if (field) field.focus(); else document.querySelector("[data-search]")?.click();
      return;
    }
    if ((isKey(event, "j") && step(1)) || (isKey(event, "k") && step(-1))) { event.preventDefault(); return; }
    const within = document.activeElement.closest("[data-row]") || (document.querySelector("[data-row]") ? null : document);
    const found = within && $$(`[data-key="${CSS.escape(event.key)}"]`, within).find((one) => one.offsetParent);
    if (found) { event.preventDefault(); press(found); }
  });

  // The palette is loaded when it is first asked for. Its key is no single one, and so is there when those are off; where
  // a keyboard has other letters it is the one in the place of K.

  const isMac = /^(Mac|iP)/.test(navigator.platform);
  const openPalette = async () => {
    if (document.querySelector("dialog[open]")) return;
    const row = document.activeElement.closest("[data-row]");
    const palette = await import(document.body.dataset.palette).catch(() => null);
    if (palette) palette.open(row, press); else location.assign("/console/search");
  };
  addEventListener("keydown", (event) => {
    if (!isSignedIn || !(isMac ? event.metaKey : event.ctrlKey) || event.shiftKey || event.altKey) return;
    const isK = event.key.toLowerCase() === "k" || (event.code === "KeyK" && !/^[a-z]$/i.test(event.key));
    if (isK) { event.preventDefault(); openPalette(); }
  });

  // Parts of a page, of which a narrow screen shows one; the others stay as they are, with what was typed into them

  const showPart = (name) => {
    document.getElementById("work").dataset.show = name;
    for (const tab of $$("[data-shows]")) {
      if (tab.dataset.shows === name) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current");
    }
  };
  const showPartOf = (element) => {
    const part = element.closest("[data-layer]");
    if (part) showPart(part.dataset.layer);
  };
  addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const tab = link.dataset.shows;
    if (tab) {
      event.preventDefault();
      showPart(tab);
      history.replaceState(null, "", link.href);
      return;
    }
    // A proof that is on the page is shown where it is, and nothing is loaded.
    const proved = link.hash.startsWith("#m-") && document.querySelector("#thread") && document.getElementById(link.hash.slice(1));
    if (!proved) return;
    event.preventDefault();
    showPartOf(proved);
    location.hash = "";
    location.hash = link.hash;
  });

  // What was typed to the customer, or as a read-back, outlives the page, until it was sent

  const keptAs = (form) => `warmline draft ${form.action}`;
  if (!isSignedIn && !isFramed) {
    sessionStorage.clear();
    storage.removeItem("warmline news");
  }
  // A page inside a help desk's own may have no storage.
  if (!isFramed) {
    for (const sent of Object.keys(sessionStorage).filter((name) => name.endsWith(" sent"))) {
      if (document.querySelector("main > .notice--done")) sessionStorage.removeItem(sent.slice(0, -" sent".length));
      sessionStorage.removeItem(sent);
    }
    for (const draft of document.querySelectorAll("textarea[data-draft]")) {
      if (!draft.value) draft.value = sessionStorage.getItem(keptAs(draft.form)) || "";
    }
    addEventListener("input", (event) => {
      if (event.target.matches("textarea[data-draft]")) sessionStorage.setItem(keptAs(event.target.form), event.target.value);
    });
    addEventListener("submit", (event) => {
      if (event.target.querySelector("textarea[data-draft]")) sessionStorage.setItem(`${keptAs(event.target)} sent`, "yes");
    });
  }
  addEventListener("keydown", (event) => {
    const form = (event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.closest("form:is([data-sends], .accept, .act > *)");
    if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("button")); }
  });

  // Files: those that were pasted are added to the chosen ones, and one that is too large is said before it is sent

  addEventListener("paste", (event) => {
    const field = event.target.closest?.("form")?.querySelector("input[type=file]"), pasted = event.clipboardData?.files;
    if (!field || !pasted?.length) return;
    const all = new DataTransfer();
    for (const one of [...field.files, ...pasted]) all.items.add(one);
    field.files = all.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches("input[type=file][data-most]")) return;
    const large = [...field.files].find((one) => one.size > field.dataset.most);
    field.setCustomValidity(large ? field.dataset.tooLarge.replace("{name}", large.name) : "");
    field.reportValidity();
  });

  // Saved replies: their page in a dialog. The one that is chosen goes to where the cursor stands, and the first name that
  // nobody knows is marked, to be written over.

  const insert = (text) => {
    const field = document.getElementById("text"), from = field.selectionStart;
    field.setRangeText(text, from, field.selectionEnd, "end");
    const blank = text.search(/\{[a-z_]+\}/);
    field.focus();
    if (blank >= 0) field.setSelectionRange(from + blank, from + blank + text.slice(blank).indexOf("}") + 1);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const chooseReply = async (link) => {
    const response = await fetch(link.href, { cache: "no-store" }).catch(() => null);
    if (!response?.ok || response.redirected) { location.assign(link.href); return; }
    const list = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("saved-replies");
    const dialog = Object.assign(document.createElement("dialog"), { className: "saved" });
    const filter = Object.assign(document.createElement("input"), { type: "search", autofocus: true });
    filter.setAttribute("aria-label", link.textContent.trim());
    const rows = $$("li", list);
    if (rows.length) list.querySelector("h2").after(filter);
    dialog.setAttribute("aria-labelledby", "saved-title");
    dialog.append(list);
    filter.addEventListener("input", () => {
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(filter.value.trim().toLowerCase());
    });
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); rows.find((row) => !row.hidden)?.querySelector("a").click(); }
    });
    dialog.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-text]");
      if (chosen) { event.preventDefault(); dialog.close(); insert(chosen.dataset.text); } else if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };
  addEventListener("keydown", (event) => {
    const link = document.querySelector("[data-saved-replies]");
    if (event.key !== "/" || !link || event.target.id !== "text" || event.target.value) return;
    event.preventDefault();
    chooseReply(link);
  });
  addEventListener("click", (event) => {
    const link = event.target.closest("[data-saved-replies]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    chooseReply(link);
  });

  addEventListener("change", (event) => event.target.closest("form[data-sends-itself]")?.requestSubmit());

  // Clicks

  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };

  addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      await copy(button.dataset.copy);
      button.dataset.done = "";
      setTimeout(() => delete button.dataset.done, 1500);
      write(news, say("copied", { text: button.dataset.copy }));
    }
    if (event.target.closest("[data-help]")) help.showModal();
    if (event.target.closest("[data-opens-palette]")) openPalette();
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // Focus begins where the work is: at the field that is wrong, at what comes next, or at what was just said. What is said
  // elsewhere than where focus is goes into the live region, since screen readers announce no text that a page came with.

  const arrive = () => {
    const notice = document.querySelector("main > .notice");
    const wrong = document.querySelector('main [aria-invalid="true"]');
    const next = wrong || (notice && document.querySelector("main [data-next]")) || notice || (page && document.getElementById("main"));
    if (!next || (document.activeElement !== document.body && document.activeElement !== notice)) return;
    next.focus({ preventScroll: !wrong });
    if (notice && next !== notice) setTimeout(() => write(news, notice.textContent.trim()), 100);
  };
  for (const current of $$(":is(.nav, .tabs) [aria-current]")) {
    const list = current.closest(".nav, .tabs");
    const box = current.getBoundingClientRect(), around = list.getBoundingClientRect();
    list.scrollLeft += document.documentElement.dir === "rtl" ? box.right - around.right + 40 : box.left - around.left - 40;
  }

  arrive();
  runTimes();
  setInterval(() => { runTimes(); keepHolds(); letGoWhereNobodyIs(); }, 1000);
})();

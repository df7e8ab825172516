// The web chat: a button on a page that opens a conversation. No dependency; all that others wrote is set as text.
(() => {
  "use strict";
  const tag = document.currentScript;
  if (window.warmlineChat || !tag) return;

  const base = new URL(".", tag.src).href;
  const isPage = tag.dataset.into !== undefined;
  const language = tag.dataset.lang || document.documentElement.lang || navigator.language || "en";
  const short = language.toLowerCase().split("-")[0];
  const known = window.WarmlineTexts;
  const texts = {...known.en, ...known[short], ...known[language]};
  const spoken = known[language] ? language : known[short] ? short : "en";
  const isRightToLeft = ["ar", "fa", "he", "ur", "ps", "sd", "ug", "yi"].includes(spoken.split("-")[0]);
  const PHONE = matchMedia("(max-width: 30rem), (max-height: 25rem)");
  const MOST_CHARS = 8000, MOST_ACKNOWLEDGED = 200, SILENCE_MS = 45000, FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000, RENEW_DAYS = 7;
  const NEVER_TAKEN = [400, 403, 413, 422], MOST_FILE = 1e7;
  const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

  const say = (name, values = {}) => texts[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  // What is kept in the browser: the token, what is not sent yet (each under a key of its own, so that two tabs
  // do not overwrite each other's), and which replies were reported. Without storage it lives as long as the page.
  const PREFIX = `warmline-chat ${base} `;
  const memory = new Map();
  const store = {
    get(key) {
      try { return localStorage.getItem(PREFIX + key) ?? memory.get(key) ?? null; } catch { return memory.get(key) ?? null; }
    },
    set(key, value) {
      memory.set(key, value);
      try { localStorage.setItem(PREFIX + key, value); } catch { /* full, or not allowed here */ }
    },
    remove(key) {
      memory.delete(key);
      try { localStorage.removeItem(PREFIX + key); } catch { /* not allowed here */ }
    },
    keys() {
      try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length)); }
      catch { return [...memory.keys()]; }
    },
  };
  const parsed = (key, otherwise) => {
    try { return JSON.parse(store.get(key)) ?? otherwise; } catch { return otherwise; }
  };

  // The page.
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  };
  const host = make("warmline-chat", {lang: spoken, dir: isRightToLeft ? "rtl" : "ltr", hidden: true});
  const root = host.attachShadow({mode: "open"});
  const badge = make("span", {class: "badge", hidden: true});
  const launcher = make("button", {class: "launcher", type: "button", "aria-haspopup": "dialog", onclick: () => open()},
    make("span", {}, texts.title), badge);
  const who = make("p", {class: "who", role: "status"});
  const log = make("div", {class: "log", role: "log", tabindex: "0", "aria-label": texts.log, "aria-live": "off"});
  const state = make("div", {class: "state", role: "status"});
  const box = make("textarea", {id: "box", rows: "2", maxlength: MOST_CHARS, dir: "auto", enterkeyhint: "send", autocomplete: "off"});
  const picker = make("input", {type: "file", multiple: true, onchange: () => { bring(picker.files); picker.value = ""; }});
  const form = make("form", {onsubmit: (event) => { event.preventDefault(); submit(); }},
    make("label", {for: "box"}, texts.write), make("div", {class: "row"},
      make("button", {class: "clip", type: "button", "aria-label": texts.attach, onclick: () => picker.click()}, "+"),
      box, make("button", {type: "submit"}, texts.send)));
  const closer = make("button", {class: "close", type: "button", "aria-label": texts.close, onclick: () => close()}, "×");
  const heading = make(isPage ? "h1" : "h2", {id: "heading"}, tag.dataset.title || texts.title);
  const panel = make(isPage ? "section" : "dialog", {class: "panel", "aria-labelledby": "heading"},
    make("header", {}, make("div", {}, heading, who), isPage ? "" : closer), log, state, form);
  const style = make("link", {rel: "stylesheet", href: new URL("web-chat.css", base).href,
    onload: () => { host.hidden = false; }, onerror: () => { host.hidden = false; }});
  root.append(style, isPage ? panel : make("section", {"aria-label": texts.title}, launcher, panel));

  box.addEventListener("keydown", (event) => {
    // Enter also ends a word of an input method; then it is not meant for us.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
  });
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape" && !isPage && !event.isComposing) close(); });
  box.addEventListener("input", noteTyping);
  box.addEventListener("paste", (event) => bring(event.clipboardData.files));
  panel.addEventListener("dragover", (event) => event.preventDefault());
  panel.addEventListener("drop", (event) => { event.preventDefault(); bring(event.dataTransfer.files); });
  panel.addEventListener("close", () => launcher.focus());

  const isOpen = () => isPage || panel.open;
  const isSeen = () => isOpen() && document.visibilityState === "visible";

  function open() {
    if (!isOpen()) {
      // On a phone it covers the page, which then cannot be reached behind it.
      if (PHONE.matches) panel.showModal(); else panel.show();
    }
    box.focus();
    log.scrollTop = log.scrollHeight;
    noteSeen();
    listen();
  }

  function close() {
    if (!isPage && panel.open) panel.close();
  }

  // Messages: each once, by its id.
  const shown = new Map();
  const own = new Map();
  const clock = (at) => {
    const isToday = new Date(at).toDateString() === new Date().toDateString();
    return new Intl.DateTimeFormat(language, {timeStyle: "short", ...(!isToday && {dateStyle: "medium"})}).format(new Date(at));
  };
  const nameOf = (speaker) => speaker.name || texts[speaker.who === "visitor" ? "you" : speaker.who];

  function add(message) {
    const text = make("p", {class: "text", dir: "auto", lang: message.language || false});
    if (message.file) text.append(shownFile(message)); else text.textContent = message.text;
    // A screen reader says what others write, and not each time what happens to one's own.
    const line = make("div", {class: `line ${message.who}`, "aria-live": message.who === "visitor" && "off"},
      make("p", {class: "by"}, make("b", {}, nameOf(message)), " ", make("time", {datetime: message.at}, clock(message.at))), text);
    if (message.corrects) line.append(make("p", {class: "fate"}, texts.corrected));
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80 || message.who === "visitor";
    // What is kept here for sending is newer than all that comes with the history.
    log.insertBefore(line, isCaughtUp || message.isPending ? null : log.querySelector(".pending"));
    if (isAtEnd) log.scrollTop = log.scrollHeight;
    return line;
  }

  function fate(entry, name) {
    entry.fate?.remove();
    entry.fate = make("p", {class: `fate ${name}`, role: name === "refused" && "alert"}, texts[name]);
    entry.line.classList.toggle("pending", name !== "sent");
    if (name === "failed" || (name === "refused" && !entry.file))
      entry.fate.append(" ", make("button", {type: "button", onclick: () => { retry(entry); }}, texts.again));
    entry.line.append(entry.fate);
    if (isOpen() && log.lastChild === entry.line) log.scrollTop = log.scrollHeight;
  }

  // Files.
  function bring(files) {
    for (const file of files) {
      const line = add({who: "visitor", file, blob: file, at: new Date().toISOString(), isPending: true});
      const entry = {id: newId(), file, line};
      own.set(entry.id, entry);
      if (file.size > MOST_FILE) fate(entry, "large"); else upload(entry);
    }
    listen();
  }

  async function upload(entry) {
    fate(entry, "sending");
    const {id, file} = entry, query = new URLSearchParams({id, name: file.name, language: tagOf(language)});
    const answer = await ask(`chat/files?${query}`, null, {method: "POST", body: file}).catch(() => null);
    if (answer?.ok) arrived(entry);
    else fate(entry, NEVER_TAKEN.includes(answer?.status) ? "refused" : "failed");
  }

  async function blobOf(message) {
    const from = message.blob ?? await ask(`chat/files/${message.id}`), {type} = message.file;
    if (from.ok === false) throw from;
    return URL.createObjectURL(new Blob([await from.arrayBuffer()], {type: PICTURE.test(type) ? type : ""}));
  }

  function shownFile(message) {
    const {name, type} = message.file, loaded = (then) => blobOf(message).then(then).catch(() => {});
    const save = (href) => make("a", {href, download: name}).click();
    const link = make("button", {class: "file", type: "button", onclick: () => loaded(save)}, name);
    if (PICTURE.test(type)) loaded((src) => link.replaceChildren(make("img", {src, alt: name})));
    return link;
  }

  function take(message) {
    if (shown.has(message.id)) return;
    shown.set(message.id, message);
    const entry = message.written_as && own.get(message.written_as);
    if (entry) return arrived(entry);
    const line = message.line = add(message);
    shown.get(message.corrects)?.line?.replaceWith(line);
    if (message.who === "visitor") {
      const mine = {id: message.written_as, line};
      own.set(mine.id, mine);
      arrived(mine);
    }
    message.isNew = message.who !== "visitor" && !isSeen() &&
      (isCaughtUp || (message.is_reply && parsed("seen", {})[message.id] !== "read"));
  }

  // The outbox: what the service has not said to be kept.
  const pending = () => store.keys().filter((key) => key.startsWith("out ")).map((key) => parsed(key, null))
    .filter((one) => one && one.id && one.text).sort((one, other) => one.at - other.at);

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  function submit() {
    const text = box.value.trim();
    if (!text) return;
    const id = newId();
    store.set(`out ${id}`, JSON.stringify({id, text, at: Date.now()}));
    typedAt = 0;
    box.value = "";
    box.focus();
    showPending();
    listen();
    send();
  }

  // Only people hear of it, never what.
  let typedAt = 0;
  function noteTyping() {
    const {waiting, who} = standingNow;
    if (!(waiting || who === "person") || !box.value.trim() || Date.now() < typedAt + 4000) return;
    typedAt = Date.now();
    ask("chat/typing", {}).catch(() => {});
  }

  function showPending() {
    for (const one of pending()) {
      if (own.has(one.id)) continue;
      const at = new Date(one.at).toISOString();
      const entry = {id: one.id, line: add({who: "visitor", text: one.text, at, isPending: true})};
      own.set(one.id, entry);
      fate(entry, "sending");
    }
  }

  function arrived(entry) {
    store.remove(`out ${entry.id}`);
    fate(entry, "sent");
  }

  function retry(entry) {
    if (entry.file) return upload(entry);
    const kept = parsed(`out ${entry.id}`, null);
    if (kept) store.set(`out ${entry.id}`, JSON.stringify({...kept, refused: false}));
    // The button goes away with what it says.
    box.focus();
    wake?.();
    send();
  }

  let isSending = false, wake = null;
  async function send() {
    if (isSending) return;
    isSending = true;
    try {
      for (let wait = FIRST_WAIT_MS, one; (one = pending().find((message) => !message.refused));) {
        const entry = own.get(one.id);
        if (entry) fate(entry, "sending");
        const later = await sent(one);
        if (!later) { wait = FIRST_WAIT_MS; continue; }
        if (entry) fate(entry, "failed");
        // Until its time has come, somebody presses the button, or the browser is connected again.
        await Promise.race([pause(Math.max(later, wait) * (1 + Math.random() / 4)), new Promise((done) => { wake = done; })]);
        wait = Math.min(2 * wait, LONGEST_WAIT_MS);
      }
    } finally { isSending = false; }
  }

  // 0 where the service has decided, else in how many milliseconds to try again.
  async function sent(one) {
    let answer;
    try {
      answer = await ask("chat/messages", {id: one.id, text: one.text, language: tagOf(language)});
    } catch { return FIRST_WAIT_MS; }
    const entry = own.get(one.id);
    if (answer.ok) {
      if (entry) arrived(entry); else store.remove(`out ${one.id}`);
      return 0;
    }
    if (NEVER_TAKEN.includes(answer.status)) {
      store.set(`out ${one.id}`, JSON.stringify({...one, refused: true}));
      if (entry) fate(entry, "refused");
      return 0;
    }
    return 1000 * (Number(answer.headers.get("Retry-After")) || 1);
  }

  const tagOf = (name) => (/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(name) ? name : "en");

  // The service.
  let token = store.get("token"), welcoming = null;
  const isKnown = () => Boolean(token);
  const isOld = () => Date.now() / 86400000 - Number(token.split(".")[1]) > RENEW_DAYS;

  async function welcome() {
    const headers = token ? {Authorization: `Bearer ${token}`} : {};
    let answer = await fetch(new URL("chat/visitors", base), {method: "POST", headers});
    if (answer.status === 401) answer = await fetch(new URL("chat/visitors", base), {method: "POST"});
    if (!answer.ok) throw new Error(`no token: ${answer.status}`);
    token = (await answer.json()).token;
    store.set("token", token);
  }

  async function ask(path, body, more = {}) {
    for (let isFirst = true; ; isFirst = false) {
      // Two requests at once must not make two visitors; another tab may have made one.
      token = store.get("token");
      if (!isKnown() || isOld()) await (welcoming ??= welcome().finally(() => { welcoming = null; }));
      const headers = {Authorization: `Bearer ${token}`, ...more.headers};
      const method = body ? {method: "POST", body: JSON.stringify(body)} : {};
      if (body) headers["Content-Type"] = "application/json";
      const answer = await fetch(new URL(path, base), {...more, ...method, headers});
      if (answer.status !== 401 || !isFirst) return answer;
      store.remove("token");
    }
  }

  let last = "0", listener = 0, isListening = false, isCaughtUp = false, connection = null;
  async function listen() {
    if (isListening) return;
    isListening = true;
    const own = ++listener;
    for (let wait = FIRST_WAIT_MS; own === listener;) {
      try {
        connection = new AbortController();
        const answer = await ask("chat/stream", null, {headers: {"Last-Event-ID": last}, signal: connection.signal});
        if (!answer.ok) throw new Error(`no stream: ${answer.status}`);
        wait = FIRST_WAIT_MS;
        connected(true);
        wake?.();
        await follow(answer.body.getReader());
      } catch { /* a break: it is opened again, from what came last */ }
      if (own !== listener) return;
      connected(false);
      showPending();
      send();
      await pause(wait * (1 + Math.random() / 2));
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    }
  }

  async function follow(reader) {
    const decoder = new TextDecoder();
    for (let text = "", timer; ;) {
      timer = setTimeout(() => connection.abort(), SILENCE_MS);
      const {done, value} = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      const frames = (text + decoder.decode(value, {stream: true})).split("\n\n");
      text = frames.pop();
      for (const one of frames) heard(one);
    }
  }

  function heard(frame) {
    const fields = Object.fromEntries(frame.split("\n").map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at), line.slice(at + 1).trimStart()];
    }));
    if (fields.event === "message") take(JSON.parse(fields.data));
    if (fields.event === "case") {
      standing(JSON.parse(fields.data));
      last = fields.id ?? last;
      caughtUp();
    }
  }

  function caughtUp() {
    if (!isCaughtUp) {
      isCaughtUp = true;
      log.scrollTop = log.scrollHeight;
      // What was said before is not announced.
      log.setAttribute("aria-live", "polite");
      showPending();
      send();
    }
    noteSeen();
  }

  // How the case stands.
  const told = (element, ...lines) => {
    const text = lines.filter(Boolean).join("\n");
    // The same words again would be announced again.
    if (element.textContent !== text) element.textContent = text;
  };
  let standingNow = {}, isConnected = true;

  function standing(now) {
    standingNow = now;
    const speaker = now.who ? say("speaks", {name: nameOf(now)}) : "";
    told(who, speaker);
    const time = now.estimated_seconds == null ? "" : duration(now.estimated_seconds);
    told(state, !isConnected && texts.offline, now.waiting && texts.coming, now.waiting && time && say("wait", {time}),
      now.waiting && now.opens_at && say("opens", {time: clock(now.opens_at)}), now.closed && texts.closed,
      now.typing && say("typing", {name: texts.bot}));
  }

  function connected(is) {
    if (is === isConnected) return;
    isConnected = is;
    standing(standingNow);
  }

  function duration(seconds) {
    const minutes = Math.max(1, Math.round(seconds / 60));
    const [unit, count] = minutes < 90 ? ["minute", minutes] : ["hour", Math.round(minutes / 60)];
    return new Intl.NumberFormat(spoken, {style: "unit", unit, unitDisplay: "long"}).format(count);
  }

  // What was shown is reported, as delivered, and as read where it could be seen.
  async function noteSeen() {
    const seen = parsed("seen", {});
    const name = isSeen() ? "read" : "delivered";
    const ids = [];
    for (const message of shown.values()) {
      if (name === "read") message.isNew = false;
      if (message.is_reply && seen[message.id] !== "read" && seen[message.id] !== name) ids.push(message.id);
    }
    const count = [...shown.values()].filter((message) => message.isNew).length;
    badge.hidden = !count;
    told(badge, String(count));
    launcher.setAttribute("aria-label", count ? `${texts.open}. ${say("news", {n: count})}` : texts.open);
    if (!ids.length) return;
    try {
      const part = ids.slice(-100);
      if (!(await ask("chat/seen", {ids: part, state: name})).ok) return;
      const now = {...parsed("seen", {}), ...Object.fromEntries(part.map((id) => [id, name]))};
      store.set("seen", JSON.stringify(Object.fromEntries(Object.entries(now).slice(-MOST_ACKNOWLEDGED))));
    } catch { /* with the next message, or the next visit */ }
  }

  document.addEventListener("visibilitychange", () => { if (isKnown()) noteSeen(); });
  addEventListener("online", () => { wake?.(); connection?.abort(); });
  // A page that the browser keeps for going back must have no open connection.
  addEventListener("pagehide", () => { isListening = false; listener += 1; connection?.abort(); });
  addEventListener("pageshow", (event) => { if (event.persisted && isKnown()) listen(); });

  function start() {
    (isPage ? document.querySelector(tag.dataset.into) : document.body).append(host);
    launcher.setAttribute("aria-label", texts.open);
    // Whoever only passes by makes no visitor and no request.
    if (isPage || isKnown() || pending().length) listen();
  }
  if (document.body) start(); else addEventListener("DOMContentLoaded", start);
  window.warmlineChat = {open, close};
})();

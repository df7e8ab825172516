"use strict";
// Inside a help desk: the panel shows the case of the conversation that the desk shows. Desks that put it into the frame's
// address need none of this; Chatwoot tells it to the frame of a dashboard app, and tells it again when it is asked.
(() => {
  const { panel, origins, asked } = document.body.dataset;
  const allowed = origins.split(" "), shown = new URL(asked, location.href).searchParams;
  if (parent === window) return;

  const read = (data) => {
    try { return typeof data === "string" ? JSON.parse(data) : data; } catch { return null; }
  };

  addEventListener("message", ({ source, origin, data }) => {
    // Whoever can name this window may send it messages. The desk around it alone is believed, and only in which case is
    // to be shown: whether that may be seen, the platform decides by who is signed in.
    if (source !== parent || !allowed.includes(origin)) return;
    const told = read(data), { id, account_id } = told?.event === "appContext" && told.data?.conversation || {};
    if (!["number", "string"].includes(typeof id) || String(id) === shown.get("conversation")) return;
    const desk = shown.get("desk") || `chatwoot-${account_id}`;
    location.replace(`${panel}?${new URLSearchParams({ desk, conversation: id })}`);
  });
  // It says nothing but that somebody is here, and so may be said to anybody.
  parent.postMessage("chatwoot-dashboard-app:fetch-info", "*");
})();

// Who else has the case open, and who is typing, as the stream tells it. It is read out when somebody comes; that somebody
// types, at most once a minute. Where somebody is there they are told when something is typed here, every four seconds.

const TYPING_MS = 4000, TOLD_MS = 60000;

export const meeting = (company, say) => {
  let others = [], toldAt = 0, typedAt = 0;
  addEventListener("input", ({ target }) => {
    if (!others.length || !target.matches("textarea[data-draft]") || !target.value || Date.now() - typedAt < TYPING_MS) return;
    typedAt = Date.now();
    const chain = new URLSearchParams(document.body.dataset.events.split("?")[1]).get("chain_id");
    fetch(`/console/chains/${chain}/typing`, { method: "POST", body: new URLSearchParams({ csrf: target.form.csrf.value }) }).catch(() => null);
  });
  return ({ who, here, typing }) => {
    company.title = [here, typing].filter(Boolean).join(" · ");
    if (company.textContent !== company.title) company.textContent = company.title;
    const isNew = who.some((one) => !others.includes(one));
    others = who;
    if (isNew && here) say(here);
    else if (typing && Date.now() - toldAt > TOLD_MS) { toldAt = Date.now(); say(typing); }
  };
};

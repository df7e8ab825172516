"""Screens: what stands on the first screenful of a case's page in the console, before anybody takes it over.

    python -m bench.reading.screens CASES.jsonl … --count 30 --salt SALT --out screens
    python -m bench.reading draw screens/*.jsonl --count 30 --salt SALT --form form.md --sheet sheet.jsonl

The cases that the same salt draws are played on a stack of the benchmark's own, handed to a queue, and opened in
Chromium by somebody who works that queue. What a person sees without scrolling, in a window of 1280 × 800, is written
down, one case a line, as a file of briefs has it.
"""

import argparse
import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

from bench.briefs.playing import keep
from bench.briefs.recorded import Recorded, read_recorded
from bench.console.chromium import open_chromium
from bench.reading.sheets import place_of
from bench.stacks import own_stack
from warmline import Warmline

QUEUE, OPERATOR = "reading", "reader"
WIDTH, HEIGHT = 1280, 800
PATIENCE = 240.0
SEEN = """
() => {
  const parts = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  let block = null;
  while (walker.nextNode()) {
    const node = walker.currentNode, words = node.textContent.trim();
    if (!words || !node.parentElement.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const seen = [...range.getClientRects()].some((box) => {
      const x = box.x + box.width / 2, y = box.y + box.height / 2;
      return node.parentElement.contains(document.elementFromPoint(x, y));
    });
    if (!seen) continue;
    const nearest = node.parentElement.closest("p,li,h1,h2,h3,h4,dt,dd,td,th,div,summary,label,button,blockquote");
    parts.push((nearest === block ? " " : "\\n") + words.replace(/\\s+/g, " "));
    block = nearest;
  }
  return parts.join("").trim();
}
"""
"""The words of the page that lie within the window and that nothing covers, in the page's order, a block a line."""


def drawn(files: Sequence[Path], count: int, salt: str) -> list[tuple[Path, Recorded]]:
    """So many cases of all files, those that a reading with this salt draws."""
    cases = [(path, case) for path in files for case in read_recorded(path)]
    return sorted(cases, key=lambda one: place_of(one[1].id, salt))[:count]


def hand_over(client: Warmline, case: Recorded, number: int) -> str:
    """Play a case, hand it to the queue, and answer the id of its handoff once the brief is there."""
    session = client.session(agent=case.agent, namespace=f"reading/{number}")
    start = 0
    for hop in case.handoffs:
        keep(session, case, case.events[start : hop.before])
        handoff = session.hand_off(to=hop.to, reason=hop.reason)
        session, start = client.accept(handoff.id, agent=hop.to, wait=PATIENCE).session, hop.before
    keep(session, case, case.events[start:])
    asked = case.request
    handoff = session.hand_off(
        to=f"queue:{QUEUE}", reason=case.reason, goal=asked.goal, template=asked.template, urgency=asked.urgency
    )
    return str(client.handoffs.wait(handoff.id, timeout=PATIENCE).id)


def screen(page: Page, handoff_id: str) -> str:
    """What a person sees of a case's page without scrolling."""
    page.goto(f"/console/handoffs/{handoff_id}")
    return str(page.evaluate(SEEN))


def main() -> None:
    """Play the cases, and write what is seen of each."""
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    with open_chromium() as chromium, own_stack() as stack, Warmline(stack.url, stack.api_key, timeout=60) as client:
        password = secrets.token_urlsafe(12)
        client.operators.create(OPERATOR, queues=[QUEUE], capacity=1000, password=password)
        window = chromium.new_context(base_url=stack.url, viewport={"width": WIDTH, "height": HEIGHT})
        name = f"{client.whoami().tenant}/{OPERATOR}"
        # The cookie of this request is the page's too: both belong to the same browser context.
        window.request.post("/console/sign-in", form={"name": name, "password": password})
        page = window.new_page()
        for number, (path, case) in enumerate(drawn(options.cases, options.count, options.salt)):
            line = {"id": case.id, "text": screen(page, hand_over(client, case, number))}
            with (options.out / f"{path.stem}.screens.jsonl").open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.reading.screens",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cases", nargs="+", type=Path, metavar="CASES", help="recorded cases, one a line")
    parser.add_argument("--count", type=int, default=30, help="so many of all files together (30)")
    parser.add_argument("--salt", required=True, help="any word; another one draws other cases")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="an empty folder; not in a repository")
    return parser.parse_args()


if __name__ == "__main__":
    main()

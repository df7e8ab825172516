"""Inspecting a page as it is first seen: who cannot use it, what moves, what it weighs, what does not fit."""

import base64
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, ViewportSize

WIDE: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 360, "height": 740}
ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""What is left of a screen of 1280 by 1024 at a zoom of 400 %."""
SETTLED_MS = 150
WEBP_QUALITY = 80
OBSERVE = """
window.warmlineShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.warmlineShift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
STICKING_OUT = """
() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = (element) => {
    for (let above = element.parentElement; above; above = above.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(above).overflowX)) return true;
    return false;
  };
  const out = [...document.querySelectorAll("a, button, input, select, textarea, summary, h1, h2, p")]
    .filter((element) => element.checkVisibility() && !scrolls(element))
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 1 && (document.dir === "rtl" ? box.left < -1 : box.right > wide + 1);
    })
    .map((element) => element.outerHTML.slice(0, 120));
  const whole = document.scrollingElement.scrollWidth;
  if (whole > wide) out.push(`the page is ${whole} wide`);
  return out;
}
"""
AXE = Axe()


@dataclass(frozen=True)
class Seen:
    """What was found on a page. ``shift`` is its cumulative layout shift, ``weight`` all bytes that came for it;
    ``spoken`` is its language and its direction, as it says itself."""

    status: int
    spoken: str
    violations: list[str]
    shift: float
    weight: int
    sticking_out: list[str]
    picture: Path


def inspect(page: Page, address: str, picture: Path, first: ViewportSize = WIDE, then: ViewportSize = PHONE) -> Seen:
    """Open a page and look at it: in a first view, of which a picture is taken, and how it fits into a second one."""
    page.set_viewport_size(first)
    with Scales(page.context, page) as scales:
        response = page.goto(address, wait_until="load")
        page.wait_for_timeout(SETTLED_MS)
        shift = page.evaluate("window.warmlineShift")
    take_picture(page, picture)
    violations = violations_on(page)
    page.set_viewport_size(then)
    sticking_out = page.evaluate(STICKING_OUT)
    spoken = page.evaluate("`${document.documentElement.lang} ${document.dir}`")
    return Seen(response.status if response else 0, spoken, violations, shift, scales.bytes, sticking_out, picture)


def take_picture(page: Page, picture: Path) -> None:
    """Take a picture as WebP, which is half as large as the same as PNG."""
    devtools = page.context.new_cdp_session(page)
    taken = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": WEBP_QUALITY})
    devtools.detach()
    picture.write_bytes(base64.b64decode(taken["data"]))


def violations_on(page: Page) -> list[str]:
    """What axe finds wrong on the page as it is now, each with the elements that it is about."""
    return [
        f"{found['id']}: {found['help']}: {[node['html'][:160] for node in found['nodes'][:4]]}"
        for found in AXE.run(page).response["violations"]
    ]


class Scales:
    """Weighs what a page loads, with nothing taken from the browser's cache."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.bytes = 0
        self._devtools = context.new_cdp_session(page)

    def __enter__(self) -> "Scales":
        self._devtools.send("Network.enable")
        self._devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self._devtools.on("Network.loadingFinished", self._weigh)
        return self

    def __exit__(self, *_: object) -> None:
        self._devtools.detach()

    def _weigh(self, finished: dict[str, float]) -> None:
        self.bytes += int(finished["encodedDataLength"])

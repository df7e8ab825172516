"""The Chromium of this machine, for benchmarks and tests."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    # Root may not use the sandbox, and containers run as root.
    "--no-sandbox",
    "--disable-gpu",
    # The rest keeps Chromium from talking to anybody but the console, so that nothing else takes time.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Run Chromium until the block ends. Raises ``LookupError`` where there is none."""
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    if path is None:
        raise LookupError("There is no Chromium here: run `make programs` as root, or put `chromium` on the PATH.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()

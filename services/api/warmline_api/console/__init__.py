"""The console: pages on which operators work handoffs, in rooms by what somebody wants to do.

``shell`` is what every page has: who is signed in, forms, words, the frame. ``entrance`` lets people in and out.
``desk`` shows what waits and what was said, ``handoffs`` one handoff with its drafts and its chain; ``shifts``,
``analytics`` and ``settings`` are the entries of the menu by those names. ``panel`` is a case in a help desk's page.
Each room's ``ROUTERS`` are its pages; their templates lie in the folder of its name.
"""

from warmline_api.console.entrance import open_entrance
from warmline_api.console.shell import PREFIX
from warmline_api.console.site import mount

__all__ = ["PREFIX", "mount", "open_entrance"]

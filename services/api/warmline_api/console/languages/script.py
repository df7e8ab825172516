"""The texts that the console's script writes, which the page brings along."""

import json
from functools import lru_cache

from warmline_api.console.languages import choosing
from warmline_api.console.languages.catalogues import _, plural_forms


def script_texts() -> str:
    """The texts by name, as JSON; a text about a number as its forms."""
    return _script_texts(choosing.current())


# Every page brings them along, and to find the forms of a number is worth some milliseconds.
@lru_cache
def _script_texts(_language: str) -> str:
    texts = {
        "seconds": _("{n} s"),
        "minutes": _("{n} min"),
        "hours": _("{n} h"),
        "hoursMinutes": _("{hours} h {minutes} min"),
        "days": _("{n} d"),
        "left": _("{span} left"),
        "over": _("{span} over"),
        "kept": _("What you typed is kept here"),
        "update": _("Update the list"),
        "changed": _("The list has changed"),
        "copied": _("Copied {text}"),
        "new": plural_forms("{n} new", "{n} new"),
        "newInList": plural_forms("{n} new in this list", "{n} new in this list"),
        "andMore": plural_forms("{first}, and {n} more", "{first}, and {n} more"),
    }
    return json.dumps(texts, ensure_ascii=False)

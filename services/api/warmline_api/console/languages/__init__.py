"""Languages: in which one a page speaks, its texts in that language, and how that language writes times and numbers.

English is the source: a text is written in English where it is used, and looked up by that. What customers and agents
said stays as it was said, and what Warmline says to programs, by the API and the command line, is in English.
"""

from warmline_api.console.languages.catalogues import (
    _,
    in_context,
    marked,
    ngettext,
    plural_forms,
    template_functions,
)
from warmline_api.console.languages.choosing import (
    COOKIE,
    LANGUAGES,
    SOURCE,
    answering,
    current,
    direction,
    own_name,
    use,
)
from warmline_api.console.languages.formats import (
    arrow,
    clock,
    day,
    day_and_time,
    decimal,
    full_time,
    hour,
    list_of,
    long_day,
    short_weekday,
    weekday,
    weekday_and_time,
)
from warmline_api.console.languages.platform_sentences import platform_said
from warmline_api.console.languages.script import script_texts

__all__ = [
    "COOKIE",
    "LANGUAGES",
    "SOURCE",
    "_",
    "answering",
    "arrow",
    "clock",
    "current",
    "day",
    "day_and_time",
    "decimal",
    "direction",
    "full_time",
    "hour",
    "in_context",
    "list_of",
    "long_day",
    "marked",
    "ngettext",
    "own_name",
    "platform_said",
    "plural_forms",
    "script_texts",
    "short_weekday",
    "template_functions",
    "use",
    "weekday",
    "weekday_and_time",
]

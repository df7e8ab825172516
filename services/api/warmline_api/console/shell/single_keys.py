"""Single keys: what each does, whether a browser uses them, and which ones its operator chose in their place."""

from collections.abc import Mapping
from urllib.parse import unquote

from warmline_api.console.languages import _, marked
from warmline_api.console.shell.forms import malformed

COOKIE = "warmline_keys"
ON, OFF = "on", "off"
KEYS = (
    ("j k", marked("next and previous in a list; next and previous case")),
    ("Enter", marked("open")),
    ("c", marked("hold it while you read")),
    ("a", marked("take over")),
    ("i", marked("ask who handed it over")),
    ("t", marked("transfer")),
    ("r", marked("reply, or write a note")),
    ("Ctrl Enter", marked("send what you wrote")),
    ("b", marked("return with an instruction")),
    ("s", marked("snooze")),
    ("x", marked("resolve")),
    ("o", marked("ask for advice, or offer it")),
    ("v", marked("view the conversation")),
    ("/", marked("search")),
    ("Ctrl K", marked("go to anything, or do something")),
    ("Esc", marked("close what is open, or leave a field")),
    ("?", marked("this list")),
)
"""The keys, where JavaScript is on; never inside a field."""
WITH = "Ctrl "
"""What stands before a key that is pressed with another one."""
OWN = tuple((key, words) for keys, words in KEYS if not keys.startswith(WITH) for key in keys.split() if len(key) == 1)
"""Those for which another one can be chosen, with what they do."""


def are_used(cookies: Mapping[str, str]) -> bool:
    """Whether single keys do something in a browser."""
    return cookies.get(COOKIE, ON).split(".")[0] != OFF


def chosen(cookies: Mapping[str, str]) -> dict[str, str]:
    """The keys that were chosen in the place of others, by those."""
    pairs = [pair.split("-", 1) for pair in cookies.get(COOKIE, "").split(".")[1:]]
    known = {key for key, _ in OWN}
    found = {unquote(pair[0]): unquote(pair[1]) for pair in pairs if len(pair) == 2}
    return {key: other for key, other in found.items() if key in known and len(other) == 1}


def read(fields: Mapping[str, str]) -> dict[str, str]:
    """What a form chooses, which has a key for each. Raises ``MalformedForm`` for what is no single sign, or stands
    twice: of two actions with one key nobody would know which is meant."""
    typed = {key: fields.get(f"key-{key}", "").strip().lower() or key for key, _ in OWN}
    taken: dict[str, str] = {}
    for key, other in typed.items():
        if len(other) != 1 or not other.isprintable() or other in taken:
            fault = _("Each needs one letter, digit or sign of its own: “{key}” is none, or stands twice.", key=other)
            raise malformed({f"key-{key}": fault})
        taken[other] = key
    return {key: other for key, other in typed.items() if key != other}


def kept(*, used: bool, others: Mapping[str, str]) -> str:
    """What a cookie keeps of it: `on`, `off.c-h`. Signs that stand for something there are written as in addresses."""
    pairs = [f"{_quoted(key)}-{_quoted(other)}" for key, other in others.items()]
    return ".".join([ON if used else OFF, *pairs])


def _quoted(sign: str) -> str:
    return sign if sign.isascii() and sign.isalnum() else "".join(f"%{byte:02X}" for byte in sign.encode())

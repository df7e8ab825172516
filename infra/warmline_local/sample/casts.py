"""Casts: whom a story happens to. The same seed draws the same people."""

import unicodedata
from functools import cache
from random import Random
from typing import Any

from warmline_local.sample.stories import read


def draw(random: Random, language: str) -> dict[str, str]:
    """The words for the gaps of a story in this language."""
    known = _known()
    name = random.choice(known.get(f"names_{language}", known["names"]))
    first = name.partition(" ")[0]
    plan, amount = random.choice(known["plans"]), random.choice(known["amounts"])
    slug = _plain(name)
    return {
        "name": name,
        "first": first,
        "slug": f"{slug}-{random.randrange(100, 1000)}",
        "email": f"{slug.replace('-', '.')}@example.com",
        "account": f"ACC-{random.randrange(1000, 10_000)}",
        "order": f"ORD-{random.randrange(100_000, 1_000_000)}",
        "invoice": f"INV-{random.randrange(2000, 9999)}",
        "parcel": f"PX-{random.randrange(10_000_000, 100_000_000)}",
        "card": f"card ending in {random.randrange(1000, 10_000)}",
        "number": str(random.randrange(100, 1000)),
        "plan": f"${plan}",
        "amount": f"${amount}",
        "total": f"${plan + amount}",
        "city": random.choice(known["cities"]),
        "day": random.choice(known.get(f"days_{language}", known["days"])),
    }


def _plain(name: str) -> str:
    """A name as it may stand in an address: without accents, with hyphens."""
    # NFKD parts accents from their letters, and the accents are then left out. It leaves "ß" as it is.
    letters = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss"))
    return "".join(letter for letter in letters if letter.isascii() and (letter.isalnum() or letter == " ")).replace(
        " ", "-"
    )


@cache
def _known() -> dict[str, Any]:
    return read("casts.toml")

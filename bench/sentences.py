"""Sentences as support and operations teams write them, and identifiers as their systems hand them out. Seeded."""

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OPENINGS = (
    "The customer says that",
    "According to the log",
    "In yesterday's call it turned out that",
    "Finance confirmed that",
    "The night shift reports that",
    "We agreed that",
    "As far as I can see",
    "The warehouse told us that",
    "On the phone she repeated that",
    "Monitoring shows that",
)
SUBJECTS = (
    "the annual plan",
    "the replacement router",
    "the second invoice",
    "the payment service",
    "the delivery to Lisbon",
    "the family tariff",
    "the staging cluster",
    "the hotel booking",
    "the travel insurance",
    "the coffee machine",
    "the login page",
    "the nightly export",
    "the appointment with Dr. Okafor",
    "the warranty claim",
    "the mobile app",
    "the search index",
    "the gift card",
    "the rental car",
)
EVENTS = (
    "was charged twice",
    "arrived a week late",
    "stopped answering after the update",
    "was cancelled without notice",
    "needs a new address",
    "is waiting for approval",
    "was moved to Thursday",
    "lost its settings",
    "is slower than before",
    "was refunded in part",
    "cannot be opened on a tablet",
    "was promised for Friday",
    "went to the wrong department",
    "ran out of disk space",
    "was renewed by mistake",
    "has no signature yet",
)
CAUSES = (
    "because the card had expired",
    "after the migration in {month}",
    "since nobody had confirmed it",
    "although {name} had called twice",
    "while {name} was on holiday",
    "as the branch in {city} had warned",
    "which {name} noticed in {month}",
    "and {name} wants a call before noon",
    "so {name} asks for {amount} dollars back",
    "and the team in {city} takes over",
)
NAMES = (
    "Amina",
    "Bruno",
    "Chen",
    "Dalia",
    "Emeka",
    "Farah",
    "Goran",
    "Hanna",
    "Ivan",
    "Jonas",
    "Keiko",
    "Lucia",
    "Mateo",
    "Noor",
    "Olga",
    "Priya",
)
CITIES = ("Lisbon", "Nairobi", "Osaka", "Leeds", "Turin", "Quito", "Oslo", "Austin", "Lyon", "Perth", "Cork", "Gdansk")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

CARRYING = (
    "{sentence}. The reference is {identifier}.",
    "{sentence} ({identifier}).",
    "{identifier}: {sentence}.",
    "{sentence}; see {identifier} for the rest.",
    "Filed under {identifier}. {sentence}.",
)
# Questions carry an identifier in the midst of words that other memories have too, as people ask.
ASKING = (
    "What happened with {identifier}?",
    "Could you look up {identifier} for me, please? The customer is waiting.",
    "Is there any news about {identifier} since last week?",
    "I need everything that we know about {identifier} before the call.",
    "Somebody mentioned {identifier} again, what was that about?",
)
ERROR_PARTS = ("CONN", "AUTH", "DISK", "TIMEOUT", "QUOTA", "PARSE", "LOCK", "DNS", "TLS", "CACHE", "QUEUE", "SYNC")


@dataclass(frozen=True)
class Errand:
    """A memory that names one thing, and the question that asks for that thing."""

    memory: str
    question: str


def clause(rng: random.Random) -> str:
    """The beginning of a sentence."""
    return f"{rng.choice(OPENINGS)} {rng.choice(SUBJECTS)} {rng.choice(EVENTS)}"


def ending(rng: random.Random) -> str:
    """The end of a sentence."""
    return rng.choice(CAUSES).format(
        name=rng.choice(NAMES), city=rng.choice(CITIES), month=rng.choice(MONTHS), amount=rng.randrange(10, 900)
    )


def sentence(rng: random.Random) -> str:
    """A sentence without its full stop, such as ``We agreed that the gift card was renewed by mistake …``."""
    return f"{clause(rng)} {ending(rng)}"


def identifiers(rng: random.Random) -> Iterator[str]:
    """Different identifiers of six sorts in turn, without end."""
    seen: set[str] = set()
    while True:
        for make in (_account, _error, _number, _mail, _uuid_piece, _order):
            identifier = _fresh(make, rng, seen)
            seen.add(identifier)
            yield identifier


def memory(rng: random.Random, identifier: str) -> str:
    """A memory that names one thing."""
    return rng.choice(CARRYING).format(sentence=sentence(rng), identifier=identifier)


def question(rng: random.Random, identifier: str) -> str:
    """A question that asks for one thing."""
    return rng.choice(ASKING).format(identifier=identifier)


def inquiry(rng: random.Random) -> str:
    """A question about what sentences tell of."""
    return f"What do we know about {rng.choice(SUBJECTS)}, and who said that it {rng.choice(EVENTS)}?"


def errands(rng: random.Random, count: int) -> list[Errand]:
    """So many memories that each name another thing, with questions."""
    named = zip(range(count), identifiers(rng), strict=False)
    return [Errand(memory(rng, identifier), question(rng, identifier)) for _, identifier in named]


def _fresh(make: Callable[[random.Random], str], rng: random.Random, seen: set[str]) -> str:
    # An identifier that two memories name would make a right answer look wrong.
    while (identifier := make(rng)) in seen:
        pass
    return identifier


def _account(rng: random.Random) -> str:
    return f"ACC-{rng.randrange(1000, 10000)}"


def _error(rng: random.Random) -> str:
    return f"ERR_{rng.choice(ERROR_PARTS)}_{rng.randrange(10, 1000)}"


def _number(rng: random.Random) -> str:
    return str(rng.randrange(10**9, 10**10))


def _mail(rng: random.Random) -> str:
    return f"{rng.choice(NAMES).lower()}.{_letters(rng, 5)}@{rng.choice(CITIES).lower()}.example"


def _uuid_piece(rng: random.Random) -> str:
    return f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}"


def _order(rng: random.Random) -> str:
    return f"{rng.choice(('SO', 'PO', 'INV'))}-2026-{rng.randrange(10**5, 10**6)}"


def _letters(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(string.ascii_lowercase, k=count))

"""Running the bridge to Chatwoot."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from warmline.bridges.bridge import Bridge
from warmline.bridges.cases import Cases
from warmline.bridges.chatwoot.calls import Chatwoot
from warmline.bridges.chatwoot.gate import ChatwootGate
from warmline.bridges.chatwoot.settings import ChatwootSettings
from warmline.bridges.serving import Service, serve
from warmline.bridges.store import Store
from warmline.client import Warmline


def run(settings: ChatwootSettings, client: Warmline) -> None:
    """Serve until a signal comes."""
    with made(settings, client) as service:
        serve(service, settings.host, settings.port)


@contextmanager
def made(settings: ChatwootSettings, client: Warmline) -> Iterator[Service]:
    """The service, put together from its parts, which are closed with the block."""
    with closing(Store(settings.store)) as store, closing(Chatwoot(settings)) as desk:
        cases = Cases(client, desk.name, bot=settings.bot, people=settings.people, console=settings.console)
        gate = ChatwootGate(settings)
        bridge = Bridge(desk, gate, cases, store, settling=settings.settle_seconds)
        yield Service(gate, bridge, store, client, catch_up_seconds=settings.catch_up_seconds)

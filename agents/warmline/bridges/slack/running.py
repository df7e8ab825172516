"""Running the bridge to Slack."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from warmline.bridges.cases import Cases
from warmline.bridges.people import People
from warmline.bridges.serving import Service, serve
from warmline.bridges.slack.calls import SlackApi
from warmline.bridges.slack.gate import SlackGate
from warmline.bridges.slack.settings import SlackSettings
from warmline.bridges.slack.threads import Threads
from warmline.bridges.store import Store
from warmline.client import Warmline

NOBODY = "-"
"""In Slack no bot of Warmline answers, and no customer writes."""


def run(settings: SlackSettings, client: Warmline) -> None:
    """Serve until a signal comes."""
    with made(settings, client) as service:
        serve(service, settings.host, settings.port)


@contextmanager
def made(settings: SlackSettings, client: Warmline) -> Iterator[Service]:
    """The service, put together from its parts, which are closed with the block."""
    with closing(Store(settings.store)) as store, closing(SlackApi(settings.api, settings.token)) as api:
        cases = Cases(client, "slack", bot=NOBODY, people=NOBODY, console=settings.console)
        people = People(client, settings.names, api.email_of)
        threads = Threads(settings, client, api, people, cases, store)
        yield Service(SlackGate(settings.signing_secrets), threads, store, client)

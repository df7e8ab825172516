"""Running the bridge to a source of incidents, whichever it is."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import Field

from warmline.bridges.cases import Cases
from warmline.bridges.desk import Gate
from warmline.bridges.ops.cases_of_incidents import CasesOfIncidents
from warmline.bridges.ops.incidents import Source
from warmline.bridges.people import People
from warmline.bridges.serving import Service, serve
from warmline.bridges.settings_files import Part
from warmline.bridges.store import Store
from warmline.client import Warmline


class SourceSettings(Part):
    """What the bridges to all sources are told."""

    queue: str = "queue:on-call"
    """Where incidents go whose service is not named in ``queues``."""
    queues: dict[str, str] = Field(default_factory=dict)
    """The target by the service's name."""
    names: dict[str, str] = Field(default_factory=dict)
    """The operators of Warmline by the source's user id or e-mail; others by the e-mail they have in Warmline."""
    console: str = "http://127.0.0.1:8420"
    """Where the console of Warmline is for people."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=8427, ge=0, le=65_535)
    """The port to listen on."""
    public_url: str | None = None
    """Where the source reaches the bridge; ``check`` looks at it."""

    def queue_of(self, service: str) -> str:
        """Return where the incidents of a service go."""
        return self.queues.get(service, self.queue)


@contextmanager
def made(
    settings: SourceSettings,
    client: Warmline,
    source: Source,
    gate: Gate,
    store: Path,
    email_of: Callable[[str], str | None],
) -> Iterator[Service]:
    """The service, put together from its parts, which are closed with the block."""
    with closing(Store(store)) as kept:
        cases = Cases(client, source.name, bot=source.name, people=settings.queue, console=settings.console)
        people = People(client, settings.names, email_of)
        work = CasesOfIncidents(source, client, cases, people, kept, agent=source.name)
        yield Service(gate, work, kept, client)


def run(service: Service, settings: SourceSettings) -> None:
    """Serve until a signal comes."""
    serve(service, settings.host, settings.port)

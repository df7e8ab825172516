"""What signing in takes beside the database, opened with the application and closed with it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from starlette.datastructures import State

from warmline_api.console.entrance.attempts import Attempts
from warmline_api.console.entrance.panel_codes import PanelCodes
from warmline_api.console.entrance.round_trips import RoundTrips
from warmline_api.identity import ProviderClient, provider_line
from warmline_api.lines import password_line
from warmline_memory.settings import Settings


@contextmanager
def open_entrance(settings: Settings, state: State) -> Iterator[None]:
    """Keep it in an application's state for as long as the block runs."""
    state.provider_client = ProviderClient(settings)
    with (
        closing(Attempts(settings)) as state.attempts,
        closing(RoundTrips(settings)) as state.round_trips,
        closing(PanelCodes(settings)) as state.panel_codes,
        closing(password_line()) as state.passwords,
        closing(provider_line()) as state.providers,
    ):
        yield

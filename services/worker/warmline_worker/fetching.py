"""Fetching: a calendar that a tenant chose, from a checked address alone, within its time and its size."""

from collections.abc import Mapping

import httpcore
import httpx

from warmline_memory.guarded_network import Deadline, GuardedNetwork
from warmline_memory.settings import Settings
from warmline_memory.shifts import MOST_CHARS_OF_FEED, Feed, Fetched, NotFetched
from warmline_memory.webhooks import AllowedAddresses
from warmline_worker.sending import FAILURES, USER_AGENT, in_words, read_certificates

MOST_BYTES = 4 * MOST_CHARS_OF_FEED
"""A character takes at most four bytes in UTF-8."""
OK, NOT_MODIFIED = 200, 304


class Fetcher:
    """Fetches calendars. It follows no redirect and uses no proxy. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = AllowedAddresses(settings.webhook_allow_private)
        self._seconds = settings.webhook_timeout_seconds
        self._tls = read_certificates()

    def fetch(self, feed: Feed) -> Fetched:
        """Fetch a calendar, unless it has not changed. Raises ``NotFetched``."""
        try:
            return self._get(feed, Deadline(self._seconds))
        except FAILURES as error:
            raise NotFetched(in_words(error, self._seconds)) from error

    def _get(self, feed: Feed, deadline: Deadline) -> Fetched:
        url = httpx.URL(feed.url)
        network = GuardedNetwork(self._allowed, deadline, tls=url.scheme == "https")
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        # A pool for one request, as for webhooks: a connection that is kept would go to an address that was checked
        # some time ago.
        with (
            httpcore.ConnectionPool(ssl_context=self._tls, network_backend=network) as pool,
            pool.stream("GET", target, headers=_headers(feed)) as response,
        ):
            if response.status == NOT_MODIFIED:
                return Fetched(None)
            if response.status != OK:
                raise NotFetched(_refusal(response.status))
            told = _told(response)
            return Fetched(_content(response), told.get("etag"), told.get("last-modified"))


def _headers(feed: Feed) -> dict[bytes | str, bytes | str]:
    known = {"If-None-Match": feed.etag, "If-Modified-Since": feed.modified}
    return {
        "User-Agent": USER_AGENT,
        "Accept": "text/calendar, */*;q=0.1",
        "Accept-Encoding": "identity",
        **{name: value for name, value in known.items() if value},
    }


def _told(response: httpcore.Response) -> Mapping[str, str]:
    """The headers by which a server knows again what it sent; long ones are no use."""
    found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    return {name: value for name, value in found.items() if len(value) <= 200}


def _content(response: httpcore.Response) -> str:
    read = bytearray()
    for piece in response.iter_stream():
        read += piece
        if len(read) > MOST_BYTES:
            raise NotFetched(_too_large())
    content = read.decode(errors="replace")
    if len(content) > MOST_CHARS_OF_FEED:
        raise NotFetched(_too_large())
    return content


def _too_large() -> str:
    return f"It is longer than {MOST_CHARS_OF_FEED:,} characters. Give the rota a calendar with its shifts alone."


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return f"It answered {status}, a redirect; none is followed. Give the rota the address where that leads."
    return f"It answered {status}. Look whether the calendar is still shared at this address."

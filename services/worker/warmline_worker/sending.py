"""Sending: one attempt at a delivery over HTTP, signed, to a checked address alone, and within its time."""

import time
from datetime import UTC, datetime
from importlib.metadata import version
from ssl import SSLContext, SSLError

import httpcore
import httpx
from standardwebhooks import Webhook

from warmline_memory.guarded_network import Deadline, GuardedNetwork, NoAddress
from warmline_memory.settings import Settings
from warmline_memory.webhooks import AllowedAddresses, Attempt, Outcome
from warmline_schemas.webhooks import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER

ANSWER_SECONDS = 2.0
"""A receiver that has sent its status gets this many seconds for the beginning of its answer's body."""
ANSWER_CHARS = 500
"""This many characters of an answer are kept for the log."""

USER_AGENT = f"Warmline/{version('warmline')}"


class Sender:
    """Sends messages. It follows no redirect and uses no proxy. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = AllowedAddresses(settings.webhook_allow_private)
        self._seconds = settings.webhook_timeout_seconds
        self._tls = read_certificates()

    def send(self, attempt: Attempt) -> Outcome:
        """Send a message once, and say what became of it. Whatever a receiver does, this does not raise."""
        began = time.monotonic()
        try:
            status, answer = self._post(attempt, Deadline(self._seconds))
        except FAILURES as error:
            return Outcome(milliseconds=_since(began), problem=in_words(error, self._seconds))
        return Outcome(milliseconds=_since(began), status=status, problem=_verdict(status), answer=answer)

    def _post(self, attempt: Attempt, deadline: Deadline) -> tuple[int, str]:
        url = httpx.URL(attempt.url)
        network = GuardedNetwork(self._allowed, deadline, tls=url.scheme == "https")
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        body = attempt.message.model_dump_json()
        # A pool for one message: a connection that is kept would go to an address that was checked some time ago
        # (docs/decisions/0012-a-webhook-connects-to-the-address-that-was-checked.md).
        with (
            httpcore.ConnectionPool(ssl_context=self._tls, network_backend=network) as pool,
            pool.stream("POST", target, headers=_headers(attempt, body), content=body.encode()) as response,
        ):
            deadline.shorten(ANSWER_SECONDS)
            return response.status, _beginning(response)


def read_certificates() -> SSLContext:
    """What TLS trusts. It takes tens of milliseconds, so it is done once and not for each message."""
    return httpx.create_ssl_context(trust_env=False)


def in_words(error: Exception, seconds: float) -> str:
    """What went wrong with a request that had so many seconds, in a sentence; ``error`` is one of ``FAILURES``."""
    if isinstance(error, NoAddress):
        return str(error)
    # httpcore wraps errors of TLS as errors of the connection; what they were is kept as the cause.
    if isinstance(error.__cause__ or error.__context__, SSLError):
        return "Its certificate was not accepted, or no TLS could be agreed on."
    return next(words for kind, words in _FAULTS.items() if isinstance(error, kind)).format(seconds=seconds)


def _headers(attempt: Attempt, body: str) -> dict[bytes | str, bytes | str]:
    """The headers of the Standard Webhooks specification; each secret that holds now signs."""
    message_id, now = str(attempt.message.data.id), datetime.now(UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        ID_HEADER: message_id,
        TIMESTAMP_HEADER: str(int(now.timestamp())),
        SIGNATURE_HEADER: " ".join(Webhook(secret).sign(message_id, now, body) for secret in attempt.secrets),
    }


def _beginning(response: httpcore.Response) -> str:
    """The beginning of an answer's body, without control characters. The status counts, however the body goes on."""
    # A character takes at most four bytes in UTF-8. A receiver may answer without end; no more than this is read.
    said, enough = b"", 4 * ANSWER_CHARS
    try:
        for piece in response.iter_stream():
            said += piece[:enough]
            # Four bytes a character at most; a receiver that sends more is not listened to.
            if len(said) >= enough:
                break
    except _BROKEN_OFF:
        pass
    text = said.decode(errors="replace")[:ANSWER_CHARS]
    return "".join(one if one.isprintable() or one in "\n\t" else " " for one in text)


_FAULTS: dict[type[Exception], str] = {
    httpcore.ConnectTimeout: "It took no connection in time.",
    httpcore.ConnectError: "It took no connection.",
    httpcore.TimeoutException: "It did not answer within {seconds:g} s.",
    httpcore.NetworkError: "It closed the connection without an answer.",
    httpcore.ProtocolError: "It closed the connection, or answered with something that is no HTTP.",
    httpcore.UnsupportedProtocol: "Its URL is neither http nor https.",
    httpx.InvalidURL: "Its URL cannot be read.",
}
"""What went wrong, in our own words: those of others might say what is in a private network."""
_BROKEN_OFF = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
FAILURES = (NoAddress, httpx.InvalidURL, httpcore.UnsupportedProtocol, *_BROKEN_OFF)


def _verdict(status: int) -> str | None:
    """What is wrong with a status; None for success."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"It answered {status}, a redirect; none is followed. Give the webhook the URL where that leads."
    return f"It answered {status}."


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)

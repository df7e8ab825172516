"""Mail servers on the loopback interface, with TLS and signing in where a test wants that."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "warmline", "a long one"


@dataclass
class MailServer:
    """What came in, and what is answered instead of taking it, by address; ``every`` to whatever is sent."""

    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    every: str | None = None

    def to(self, address: str) -> list[EmailMessage]:
        """What came for an address."""
        return [one for one in self.came if one["To"] == address]

    async def handle_RCPT(  # noqa: N802 (aiosmtpd calls it so)
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd calls it so)
        if self.every is not None:
            return self.every
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.came.append(message)
        return "250 OK"


@contextmanager
def a_mail_server(tls: ssl.SSLContext | None = None, port: int = 0, **changes: Any) -> Iterator[MailServer]:
    """Serve until the block ends. With ``tls`` it takes nothing without STARTTLS, and from nobody but ``USER``."""
    told = MailServer(**changes)
    options: dict[str, Any] = {}
    if tls is not None:
        options = {"tls_context": tls, "require_starttls": True, "auth_required": True, "authenticator": _who}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def listen() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(told, loop=loop, **options), "127.0.0.1", port)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(30)
    told.port = server.sockets[0].getsockname()[1]
    try:
        yield told
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _who(_: SMTP, __: Session, ___: Envelope, ____: str, given: object) -> AuthResult:
    is_known = isinstance(given, LoginPassword) and (given.login, given.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_known, handled=False)


async def _end(server: asyncio.Server) -> None:
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)

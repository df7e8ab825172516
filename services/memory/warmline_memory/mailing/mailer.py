"""The mailer: e-mails go out over SMTP, with one connection for those of a round."""

import smtplib
import socket
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as AS_SENT
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Self

from warmline_memory.errors import MailRefused, MailServerFails
from warmline_memory.mailing.letters import Letter
from warmline_memory.settings import MailSecurity, Settings

FOR_GOOD = 500
"""From this answer of SMTP on nothing is gained by asking again (RFC 5321, 4.2.1)."""


class Mailer:
    """A mail server as the settings name it. A context manager; it connects with the first letter. For one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def send(self, letter: Letter) -> None:
        """Send a letter. Raises ``MailRefused`` where the server does not take this one, and ``MailServerFails``."""
        message = self._message(letter)
        try:
            server = self._connected()
            server.send_message(message, parseaddr(self._settings.smtp_from)[1], [letter.to])
        except smtplib.SMTPRecipientsRefused as refusal:
            code, said = refusal.recipients[letter.to]
            raise MailRefused(address=letter.to, why=_said(code, said), may_pass=code < FOR_GOOD) from refusal
        except smtplib.SMTPDataError as refusal:
            why, may_pass = _said(refusal.smtp_code, refusal.smtp_error), refusal.smtp_code < FOR_GOOD
            raise MailRefused(address=letter.to, why=why, may_pass=may_pass) from refusal
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise self._failure(error) from error

    def check(self) -> None:
        """Connect and sign in, as for sending, and send nothing. Raises ``MailServerFails``."""
        try:
            self._connected().noop()
        except (OSError, smtplib.SMTPException) as error:
            raise self._failure(error) from error

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        host, port, seconds = settings.smtp_host, settings.smtp_port, settings.smtp_timeout_seconds
        # Without a name of its own smtplib looks this machine's up, which can take as long as DNS does not answer.
        ours = socket.gethostname()
        tls = ssl.create_default_context()
        server: smtplib.SMTP
        if settings.smtp_security is MailSecurity.TLS:
            server = smtplib.SMTP_SSL(host, port, ours, timeout=seconds, context=tls)
        else:
            server = smtplib.SMTP(host, port, ours, timeout=seconds)
        try:
            if settings.smtp_security is MailSecurity.STARTTLS:
                server.starttls(context=tls)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _drop(self) -> None:
        """End the connection; what the server thinks of that is all the same."""
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()

    def _failure(self, error: Exception) -> MailServerFails:
        server = f"{self._settings.smtp_host}:{self._settings.smtp_port}"
        return MailServerFails(server=server, why=_in_words(error))

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=AS_SENT)
        message["From"], message["To"], message["Subject"] = self._settings.smtp_from, letter.to, letter.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        # The same in each attempt: where an answer was lost, a mailbox that got it twice shows it once.
        message["Message-ID"] = f"<{letter.notices[0]}@{parseaddr(self._settings.smtp_from)[1].rpartition('@')[2]}>"
        # So that an absence notice is not answered to us (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def _in_words(error: Exception) -> str:
    """What went wrong, for whoever runs the platform. No answer of a server holds a password of ours."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"it does not take WARMLINE_SMTP_USER with WARMLINE_SMTP_PASSWORD ({error.smtp_code})."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{error} Set WARMLINE_SMTP_SECURITY to what it offers."
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLError):
        return f"no TLS could be agreed on ({error.reason or error})."
    return next((words for kind, words in _FAULTS.items() if isinstance(error, kind)), "it takes no connection.")


_FAULTS: dict[type[Exception], str] = {
    smtplib.SMTPServerDisconnected: "it closed the connection.",
    TimeoutError: "it does not answer in time.",
}


def _said(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"it says {code} {' '.join(text.split())[:200]}"

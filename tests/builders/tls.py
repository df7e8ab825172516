"""TLS on the loopback interface: certificates, and what ends TLS in front of a server that speaks without it."""

import asyncio
import http.client
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TLS_ASKED_FOR = struct.pack("!ii", 8, 80_877_103)
"""The message SSLRequest of PostgreSQL's protocol."""
OF_ONE_LINE = {"connection", "keep-alive", "transfer-encoding", "content-length"}
"""Header fields that are about one line between two machines, and are not passed on."""


def a_certificate(folder: Path, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """What a server of that name proves itself with, and the file by which it is believed; its key is ``key.pem``."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_called(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context, certificate


def _called(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@contextmanager
def tls_before(socket: Path, context: ssl.SSLContext, *, asked_for: bool = False) -> Iterator[int]:
    """A port that takes TLS alone, and leads to a Unix socket. ``asked_for``: clients ask for it first, as PostgreSQL's
    do."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = [writer]
        try:
            # A client that does not believe the certificate hangs up in the middle of it.
            with suppress(OSError, asyncio.IncompleteReadError):
                if asked_for:
                    assert await reader.readexactly(len(TLS_ASKED_FOR)) == TLS_ASKED_FOR
                    writer.write(b"S")
                    await writer.start_tls(context)
                far_reader, far_writer = await asyncio.open_unix_connection(socket)
                lines.append(far_writer)
                await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer))
        finally:
            for line in lines:
                line.transport.abort()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(lead, "127.0.0.1", 0, ssl=None if asked_for else context)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(30)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # A client that is refused, or that ends, hangs up in the middle.
    with suppress(OSError):
        while said := await reader.read(65_536):
            writer.write(said)
            await writer.drain()
    writer.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    # A line that is cut is gone only after some rounds of the loop: TLS, and TCP below it.
    for _ in range(5):
        await asyncio.sleep(0)


@contextmanager
def a_proxy(url: str, context: ssl.SSLContext) -> Iterator[int]:
    """The port of a proxy that takes TLS alone and leads to an API, which it tells how and from where it was asked."""
    api = url.removeprefix("http://")

    class Proxy(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept = {name: value for name, value in self.headers.items() if name.lower() not in OF_ONE_LINE}
            told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.client_address[0]}
            with closing(http.client.HTTPConnection(api, timeout=60)) as connection:
                connection.request(self.command, self.path, body, {**kept, **told})
                answer = connection.getresponse()
                said = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in OF_ONE_LINE:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = pass_on  # noqa: N815 (http.server calls them so)

        def log_message(self, *_: object) -> None:
            """Nothing: whoever is refused for a certificate is meant to be."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()

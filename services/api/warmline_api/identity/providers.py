"""OpenID providers: where to send a browser, and what its code is worth (authorization code with PKCE)."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpcore
import httpx

from warmline_api.identity.tokens import ProviderFailed, verified
from warmline_api.lines import Line
from warmline_memory.guarded_network import Deadline, GuardedNetwork, NoAddress
from warmline_memory.operators import Provider
from warmline_memory.settings import Settings
from warmline_memory.webhooks import AllowedAddresses

SECONDS = 8.0
"""A provider must have answered all that is asked at one time."""
MOST_BYTES = 256_000
"""The largest answer that is read."""
SCOPE = "openid profile email"


@dataclass(frozen=True)
class Question:
    """What is sent along with a browser, and must fit what comes back."""

    nonce: str
    verifier: str
    """The secret of PKCE: whoever steals the code cannot use it without this."""

    @classmethod
    def new(cls) -> "Question":
        """A question that nobody can guess."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(48))

    def to_json(self) -> dict[str, str]:
        """To be kept until the answer comes."""
        return asdict(self)


class ProviderClient:
    """Asks providers. Safe to share between threads. No answer is kept: sign-ins are few, and keys change."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = AllowedAddresses(settings.provider_allow_private)
        # Loading the certificates takes tens of milliseconds. SSL_CERT_FILE may name those of a company's own.
        self._tls = httpx.create_ssl_context()

    def refusal(self, url: str) -> str | None:
        """Why a provider can never be asked at an address, in a sentence; None where it may be possible."""
        try:
            parts = httpx.URL(url)
            scheme, host = parts.scheme, parts.host
        except (httpx.InvalidURL, ValueError):
            return "It is no address."
        return self._allowed.refusal(scheme, host)

    def address_for(self, provider: Provider, question: Question, state: str, redirect_uri: str) -> str:
        """Where a browser is sent to sign in. Raises ``ProviderFailed``."""
        found = self._discover(provider, Deadline(SECONDS))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(question.verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": question.nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        where = found["authorization_endpoint"]
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def claims(self, provider: Provider, question: Question, code: str, redirect_uri: str) -> Mapping[str, Any]:
        """What a provider says of whoever came back with a code. Raises ``ProviderFailed``."""
        deadline = Deadline(SECONDS)
        found = self._discover(provider, deadline)
        typed = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        typed["code_verifier"] = question.verifier
        answer = self._ask(found["token_endpoint"], deadline, _authenticated(provider, found, typed))
        keys = self._ask(found["jwks_uri"], deadline)
        return verified(
            str(answer.get("id_token", "")),
            keys,
            issuer=provider.issuer,
            client_id=provider.client_id,
            nonce=question.nonce,
            now=int(time.time()),
        )

    def _discover(self, provider: Provider, deadline: Deadline) -> dict[str, Any]:
        """What a provider says of itself. An issuer that is another than its address's own would let one provider speak
        for the other (OpenID Connect Discovery, 4.3)."""
        found = self._ask(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", deadline)
        if found.get("issuer") != provider.issuer:
            raise ProviderFailed(why="it calls itself by another name")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            where = found.get(name)
            if not isinstance(where, str) or self.refusal(where) is not None:
                raise ProviderFailed(why=f"its {name} cannot be used")
        return found

    def _ask(self, url: str, deadline: Deadline, sent: tuple[dict[str, str], bytes] | None = None) -> dict[str, Any]:
        """The JSON object at an address; with what is sent as a form. Redirects are not followed."""
        target = httpx.URL(url)
        network = GuardedNetwork(self._allowed, deadline, tls=target.scheme == "https")
        headers, body = sent or ({}, b"")
        headers = {"Host": target.netloc.decode(), "Accept": "application/json", **headers}
        if sent:
            headers["Content-Length"] = str(len(body))
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._tls, network_backend=network) as pool,
                pool.stream(
                    "POST" if sent else "GET",
                    httpcore.URL(
                        scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
                    ),
                    headers=list(headers.items()),
                    content=body,
                ) as response,
            ):
                return _object(response)
        except (NoAddress, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            raise ProviderFailed(why="it cannot be reached") from error


def provider_line() -> Line:
    """The line for providers: one that is slow must not take the threads of all requests."""
    return Line("the provider", at_once=4, waiting=16)


def _object(response: httpcore.Response) -> dict[str, Any]:
    body = b""
    for piece in response.iter_stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise ProviderFailed(why="it answered too much")
    if response.status != 200:
        raise ProviderFailed(why=f"it answered {response.status}")
    try:
        found = json.loads(body)
    # Python's parser goes as deep as what it reads is nested.
    except (ValueError, RecursionError) as error:
        raise ProviderFailed(why="it answered no JSON") from error
    if not isinstance(found, dict):
        raise ProviderFailed(why="it answered no JSON object")
    return found


def _authenticated(provider: Provider, found: Mapping[str, Any], typed: dict[str, str]) -> tuple[dict[str, str], bytes]:
    """The headers and the form of a request for a token, by which the provider knows the client."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if provider.client_secret is not None and "client_secret_basic" in methods:
        # RFC 6749, 2.3.1: both are encoded as in a form before they are joined.
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        typed = {**typed, "client_id": provider.client_id}
        if provider.client_secret is not None:
            typed["client_secret"] = provider.client_secret
    return headers, urlencode(typed).encode()

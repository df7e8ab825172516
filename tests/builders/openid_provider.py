"""A small OpenID provider on loopback: it checks what a client must send, and can be told to lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "warmline", "a secret & more"


def a_key(kid: str | None = None) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid or uuid4().hex, "use": "sig", "alg": "RS256"})


@dataclass
class OpenIdProvider:
    """The provider: who signs in next, and what its tokens say instead of the truth."""

    issuer: str
    sub: str = "subject-1"
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims that are added to a token, or stand in the place of right ones."""
    calls_itself: str | None = None
    unsigned: bool = False
    discovered: dict[str, Any] | str = field(default_factory=dict)
    """What discovery says otherwise; a text stands in the place of all of it."""
    published: RSAKey = field(default_factory=a_key)
    signing: RSAKey | None = None
    """The key that signs, where it is not the published one."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for, in their order."""

    def discovery(self) -> dict[str, Any] | str:
        if isinstance(self.discovered, str):
            return self.discovered
        return {
            "issuer": self.calls_itself or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.discovered,
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Let somebody in; where their browser is sent."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = uuid4().hex
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, typed: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """A token for a code, once, for the client that asked and has the verifier; None where anything is wrong."""
        asked = self.codes.pop(typed.get("code", ""), None)
        right = base64.b64encode(f"{CLIENT_ID}:a+secret+%26+more".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(typed.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or authorization != f"Basic {right}"
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
            or typed["redirect_uri"] != asked["redirect_uri"]
        ):
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "sub": self.sub, "nonce": asked["nonce"], "iat": now}
        return {"id_token": self._signed({**claims, "exp": now + 300, **self.claims}), "token_type": "Bearer"}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.unsigned:
            parts = (json.dumps(one).encode() for one in ({"alg": "none"}, claims))
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        key = self.signing or self.published
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


@contextmanager
def an_openid_provider() -> Iterator[OpenIdProvider]:
    """Run a provider until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked.append(parts.path)
            if parts.path == "/.well-known/openid-configuration":
                self.answer(200, provider.discovery())
            elif parts.path == "/keys":
                self.answer(200, {"keys": [provider.published.as_dict(private=False)]})
            else:
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(303)
                self.send_header("Location", provider.authorize(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            typed = {name: values[0] for name, values in parse_qs(body).items()}
            token = provider.token(typed, self.headers.get("Authorization", ""))
            self.answer(200 if token else 400, token or {"error": "invalid_grant"})

        def answer(self, status: int, body: dict[str, Any] | str) -> None:
            said = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = OpenIdProvider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

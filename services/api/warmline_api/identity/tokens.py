"""ID tokens: whether one was signed by its provider, for us, for this very sign-in, and is still good. Pure."""

from collections.abc import Mapping
from typing import Any

from warmline_memory.errors import WarmlineError
from warmline_schemas.problems import ProblemType

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
"""Signatures with a private key. `none` is no signature, and those with the client's secret could be made by whoever
has that."""
LEEWAY_SECONDS = 60
"""So much clocks may differ."""


class ProviderFailed(WarmlineError):
    """The sign-in at the provider did not work: {why}. Begin again; if that does not help, ask an administrator."""

    problem = ProblemType.UNAUTHENTICATED


def verified(
    token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: int
) -> Mapping[str, Any]:
    """The claims of a token that holds. ``keys`` is the provider's set of keys, as JSON. Raises ``ProviderFailed``."""
    # Loaded here: a platform without a provider is 2 MB smaller without it.
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        decoded = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(decoded.claims)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProviderFailed(why=f"its token does not hold ({_in_a_word(error)})") from error
    claims = decoded.claims
    # Of several audiences it is the authorized party for whom the token was made (OpenID Connect Core, 3.1.3.7).
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", client_id if len(audiences) == 1 else None) != client_id or not isinstance(claims["sub"], str):
        raise ProviderFailed(why="its token was made for somebody else")
    return claims


def _in_a_word(error: Exception) -> str:
    """What was wrong with a token; never what stood in it."""
    claim = getattr(error, "claim", None)
    return str(claim or getattr(error, "error", None) or "malformed")

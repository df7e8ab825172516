"""Finding faults: what is looked at of every bridge's set-up. Nothing is changed by that."""

from dataclasses import dataclass

import httpx

from warmline.client import Warmline
from warmline.errors import WarmlineError
from warmline_schemas.keys import Scope

# Seconds for the bridge's own address: what takes longer is too late for the other side, too.
OWN_ADDRESS_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    about: str
    is_fine: bool
    says: str
    """What was found, and what to do where it is wrong."""


def warmline_itself(client: Warmline) -> Finding:
    """Look whether the key can do what a bridge does."""
    try:
        me = client.whoami()
    except WarmlineError as error:
        return Finding("Warmline", False, f"{error} Set WARMLINE_URL and WARMLINE_API_KEY.")
    if Scope.DESK not in me.scopes:
        key = "`warmline keys create --kind desk`"
        return Finding("Warmline", False, f"The key {me.key!r} cannot act for people: make one by {key}.")
    return Finding("Warmline", True, f"It works for tenant {me.tenant!r} at {client.url}.")


def answers(url: str) -> Finding:
    """Look whether the bridge answers at its public address."""
    try:
        httpx.get(f"{url.rstrip('/')}/health", timeout=OWN_ADDRESS_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        says = f"The bridge does not answer there ({error}): start it, and look at what stands in front of it."
        return Finding("public_url", False, says)
    return Finding("public_url", True, "The bridge answers there.")

"""API keys of a tenant, made over HTTP, and clients that have them."""

from dataclasses import replace
from typing import Any

import httpx

from tests.builders.requests import Json, post
from tests.conftest import Api


def a_key(api: Api, kind: str = "bot", **changes: Any) -> Json:
    """A key of a kind, bound to nothing unless bindings are given."""
    return post(api, "keys", {"name": f"a-{kind}", "kind": kind, **changes}, 201)


def with_a_key(api: Api, kind: str = "bot", **changes: Any) -> Api:
    """The same API with a new key. It keeps no connection open, and so needs no closing."""
    return with_secret(api, str(a_key(api, kind, **changes)["secret"]))


def with_secret(api: Api, secret: str) -> Api:
    limits = httpx.Limits(max_keepalive_connections=0)
    headers = {"Authorization": f"Bearer {secret}"}
    return replace(api, key=secret, http=httpx.Client(base_url=api.url, headers=headers, timeout=30, limits=limits))

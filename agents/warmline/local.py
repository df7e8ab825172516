"""Where the platform is: from the arguments, else from the environment, else from the local stack that is running."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_path

from warmline.errors import NotConfigured


@dataclass(frozen=True)
class Endpoint:
    """The URL of a platform, and an API key for it."""

    url: str
    # Tracebacks and logs print dataclasses; the key must not be in them.
    api_key: str = field(repr=False)


def find_endpoint(
    base_url: str | None = None, api_key: str | None = None, environ: Mapping[str, str] = os.environ
) -> Endpoint:
    """Find the URL and the key: the arguments, else ``WARMLINE_URL`` and ``WARMLINE_API_KEY``, else those of the local
    stack.

    The key of the local stack is only used with the URL of the local stack. Raises ``NotConfigured`` where one is
    missing or cannot be used.
    """
    url = base_url or environ.get("WARMLINE_URL")
    key = api_key or environ.get("WARMLINE_API_KEY")
    # The file is only read where it is needed, so that a broken one does not matter to those who give both.
    if url is None or not key:
        stack = read_stack(stack_file(environ))
        if not url:
            url = stack.url if stack else None
        # The key of the local stack must not be sent to another host that WARMLINE_URL names.
        if not key and stack and url and _same_url(url, stack.url):
            key = stack.api_key
    if not url:
        raise NotConfigured(
            "There is no Warmline to talk to: start one with `warmline up`, or set WARMLINE_URL and WARMLINE_API_KEY."
        )
    if not key or not key.strip():
        raise NotConfigured(f"There is no API key for {url}: set WARMLINE_API_KEY, or pass `api_key`.")
    return Endpoint(_checked_url(url), _checked_key(key.strip()))


def stack_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file in which a running local stack stores its URL and its key."""
    home = environ.get("WARMLINE_HOME")
    return (Path(home) if home else user_data_path("warmline")) / "stack.json"


def read_stack(path: Path) -> Endpoint | None:
    """Read the URL and the key of the running local stack; None where no stack is running."""
    try:
        stack = json.loads(path.read_text(encoding="utf-8"))
        return Endpoint(str(stack["url"]), str(stack["api_key"]))
    # The stack deletes the file when it stops, so a missing file means that none is running.
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotConfigured(f"{path} cannot be read ({error}): restart the local stack with `warmline up`.") from error


def _same_url(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


def _checked_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise NotConfigured(f"{url!r} is not the URL of a Warmline: it must begin with http:// or https://.")
    return url.rstrip("/")


def _checked_key(key: str) -> str:
    # Such a key cannot be sent in a header. It usually has a line end or a quotation mark from copying.
    if not key.isascii() or not key.isprintable():
        raise NotConfigured("The API key has characters that are not allowed in a key: copy the key again.")
    return key

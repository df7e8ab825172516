"""Assets: style sheets, scripts and icons. An address carries the hash of its content, and so is kept for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parents[1] / "static"
URL = "/console/static"
FOR_A_YEAR = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """Serves the folder; an address without the right hash is asked for again every time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        asked = scope["query_string"].decode("latin-1")
        # Only the address with the hash of what is served now is kept: after an upgrade an old page may ask for an old
        # hash, and must not get the new file under it for a year.
        fresh = response.status_code in {200, 304} and asked == f"v={_hash(FOLDER / path)}"
        response.headers["Cache-Control"] = FOR_A_YEAR if fresh else "no-cache"
        return response


def url_of(name: str) -> str:
    """Where a file of the folder is, with the hash of its content."""
    return f"{URL}/{name}?v={_hash(FOLDER / name)}"


def _hash(path: Path) -> str:
    return _hash_of_version(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=100)
def _hash_of_version(path: Path, changed_at: int) -> str:  # noqa: ARG001 (another time is another content)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]

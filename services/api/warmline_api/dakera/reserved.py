"""Reserved: members of our metadata for what Dakera has fields for and we have not. Clients see the fields alone."""

from collections.abc import Mapping
from typing import Any

PREFIX = "_dakera_"
TAGS, SESSION, SUMMARY = f"{PREFIX}tags", f"{PREFIX}session_id", f"{PREFIX}summary"


def own(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The client's own members."""
    return {name: value for name, value in metadata.items() if not name.startswith(PREFIX)}


def ours(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The reserved members."""
    return {name: value for name, value in metadata.items() if name.startswith(PREFIX)}

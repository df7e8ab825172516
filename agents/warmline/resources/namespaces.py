# Written by `python -m tests.sync_client` from asynchronous/resources/namespaces.py: change that one.
"""The namespaces API: export, import or delete everything in a namespace."""

import json
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from warmline.errors import ConnectionFailed
from warmline.streams import Stream
from warmline.threads import Stop, each
from warmline.transport import Transport
from warmline_schemas.namespaces import Forgotten, Imported

PATH = "/v1/namespaces"

# Seconds on top of the time-out. The network holds some megabytes of lines that were sent and are not yet stored when
# the last line leaves; embedding them takes minutes.
IMPORTING_SECONDS = 3_600.0
# Seconds on top of the time-out, as for forgetting by filters.
FORGETTING_SECONDS = 300.0

Lines = Iterable[str | bytes]


class Namespaces:
    """``client.namespaces``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def export(self, namespace: str) -> Stream[str]:
        """Iterate over everything in a namespace as lines of JSON, while they arrive. All lines show the same moment.

        The first line is a header, and the last line has the type ``end``. Raises ``NotFound`` where the namespace is
        empty, and ``ConnectionFailed`` where the export ends before its last line.
        """
        return Stream(lambda stop: self._exported(namespace, stop))

    def export_to(self, namespace: str, file: Path) -> int:
        """Write an export to a file. Return the number of lines."""
        count = 0
        with file.open("w", encoding="utf-8", newline="\n") as out:
            for line in self.export(namespace):
                out.write(line + "\n")
                count += 1
        return count

    def import_(self, namespace: str, lines: Lines) -> Imported:
        """Add the lines of an export, such as an open file, to a namespace. To import them again adds nothing.

        The lines are sent while they are read, and stored in batches. Raises ``InvalidRequest``, which names the line
        that cannot be stored; the batches before it stay.
        """
        return self._transport.upload(Imported, _path(namespace, "/import"), _with_line_ends(lines), IMPORTING_SECONDS)

    def forget(self, namespace: str) -> Forgotten:
        """Delete everything in a namespace for good, also handoffs that are not finished. Raises ``NotFound``."""
        return self._transport.remove(Forgotten, _path(namespace), FORGETTING_SECONDS)

    def _exported(self, namespace: str, stop: Stop) -> Generator[str, None, None]:
        line = ""
        for line in self._transport.lines(_path(namespace, "/export"), stop=stop):
            yield line
        # HTTP does not say reliably whether a streamed body is complete, so the format has a last line. There can also
        # be no line at all.
        if not stop.asked and json.loads(line or "{}").get("type") != "end":
            raise ConnectionFailed(f"The export of {namespace} was cut off: export it again.")


def _path(namespace: str, rest: str = "") -> str:
    # These characters are allowed in names of namespaces, and the platform reads them unescaped from the path.
    return f"{PATH}/{quote(namespace, safe='/:@+')}{rest}"


def _with_line_ends(lines: Lines) -> Iterator[bytes]:
    for line in each(lines):
        # Each line is sent with exactly one LF: lines of a file have one, and lines of a list often have none.
        yield (line.encode() if isinstance(line, str) else line).rstrip(b"\n") + b"\n"

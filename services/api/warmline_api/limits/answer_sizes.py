"""Answer sizes: how large the answers to requests of one kind were lately, so that the next one counts for as much.

What a request will be answered with nobody knows before it is worked on. But who lists long rows lists them again.
"""

from collections import OrderedDict

AT_MOST = 1_000
"""At most this many kinds of requests are remembered; those that came last."""
LARGE_BYTES = 65_536
"""Only what was answered with more than this is remembered: usual requests cost nothing here."""


class AnswerSizes:
    """What the answers to the requests of each tenant were, in bytes. It belongs to one event loop."""

    def __init__(self) -> None:
        self._expected: OrderedDict[tuple[str, str, str], int] = OrderedDict()

    def expected(self, group: str, method: str, path: str) -> int:
        """How many bytes will probably be answered; 0 where nothing large was."""
        return self._expected.get(_kind(group, method, path), 0)

    def note(self, group: str, method: str, path: str, size: int) -> None:
        """Note how many bytes a request was answered with."""
        kind = _kind(group, method, path)
        before = self._expected.pop(kind, None)
        # Half way from what was expected, so that one short page between long ones changes little.
        expected = size if before is None else (before + size) // 2
        if expected >= LARGE_BYTES:
            self._expected[kind] = expected
            if len(self._expected) > AT_MOST:
                self._expected.popitem(last=False)


def _kind(group: str, method: str, path: str) -> tuple[str, str, str]:
    """What requests are alike: those for the same noun, whatever id or filter they name."""
    return group, method, "/".join(path.split("/", 3)[:3])

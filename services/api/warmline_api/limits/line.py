"""The line: requests wait in it for their turn at the threads, each tenant in a file of its own, and never for long.

Requests that wait in a thread pool cannot be refused, cannot be skipped when their clients have left, and come in the
order in which they were sent, so that one tenant's flood delays everybody. Here at most so many are worked on at once.
The others wait in the event loop, where they cost nearly nothing. Whoever would wait longer than clients do is refused
at once, and is told when to come back.
"""

import asyncio
import math
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from starlette.types import Receive

from warmline_api.limits.bodies import ClientLeft
from warmline_memory.errors import Overloaded

BYTES_A_TURN = 8_192
"""A request counts within its tenant's share as one more for each of so many bytes. Long texts keep an interpreter busy
in proportion to their length, and a dozen threads that read some leave little of it to anybody else's thread."""
ANSWERED_BYTES_A_TURN = 262_144
"""And as one more for each of so many bytes that it will probably be answered with: these are read, checked and written
out, and neither embedded nor searched."""
RESERVED = 4
"""One tenant leaves one of so many turns to others, so that short requests of another never wait for long work."""
SMOOTHING = 0.05
"""How much the newest request weighs in the average of how long one takes: about the last twenty count."""
FIRST_GUESS_SECONDS = 0.05


class Turn:
    """The right to be worked on. It is given back as soon as the work is done, or while its request waits for something
    else than work, and can be waited for again."""

    def __init__(self, begin: Callable[[], Awaitable[Callable[[], None]]]) -> None:
        self._begin = begin
        self._give_back: Callable[[], None] | None = None

    async def begin(self) -> None:
        """Wait for it. Raises ``Overloaded``, and ``ClientLeft`` where the client hung up before it came."""
        self._give_back = await self._begin()

    def end(self) -> None:
        """Let the next one begin. To end a turn again does nothing."""
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()


class Line:
    """Who is worked on and who waits. It belongs to one event loop."""

    def __init__(self, turns: int, most_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """At most ``turns`` requests at once; whoever would wait longer than ``most_seconds`` is refused."""
        self._turns = turns
        self._of_one = max(1, turns - turns // RESERVED)
        self._most_seconds = most_seconds
        self._clock = clock
        self._busy: Counter[str] = Counter()
        self._at_work = 0
        self._waiting: OrderedDict[str, deque[_Waiting]] = OrderedDict()
        self._takes = FIRST_GUESS_SECONDS

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    @property
    def busy(self) -> int:
        """How many are worked on."""
        return self._at_work

    def retry_after(self) -> int:
        """In how many seconds the line that waits now will have gone."""
        return max(1, math.ceil((self.waiting + self.busy) * self._takes / self._turns))

    def check(self, group: str) -> None:
        """Raise ``Overloaded`` where somebody of this group would wait too long."""
        if self._expected_wait(group) > self._most_seconds:
            raise Overloaded(retry_seconds=self.retry_after())

    @asynccontextmanager
    async def turn(self, group: str, receive: Receive, size: int = 0, answer: int = 0) -> AsyncIterator[Turn]:
        """Wait for a turn, and hold it until it is ended or the block is. The whole body must have been received; it
        has ``size`` bytes, and the answer will probably have ``answer``.

        Raises ``Overloaded``, and ``ClientLeft`` where the client hung up before its turn came.
        """
        # At most half of the share, so that a long request leaves room for its tenant's short ones.
        weight = 1 + size // BYTES_A_TURN + answer // ANSWERED_BYTES_A_TURN
        weight = min(weight, max(1, self._of_one // 2))
        turn = Turn(lambda: self._begun(group, weight, receive))
        await turn.begin()
        try:
            yield turn
        finally:
            turn.end()

    async def _begun(self, group: str, weight: int, receive: Receive) -> Callable[[], None]:
        """Begin when it is time; how that is given back."""
        # Those of other groups that wait cannot begin now, whoever is first: they would have been called.
        if self._may_begin(group, weight) and group not in self._waiting:
            self._begin(group, weight)
        else:
            self.check(group)
            await self._wait(group, weight, receive)
        began = self._clock()
        return lambda: self._give_back(group, weight, began)

    def _expected_wait(self, group: str) -> float:
        """How long the next one of a group would wait, in seconds. Groups take turns: a short file is served soon."""
        if group not in self._waiting and self._may_begin(group):
            return 0.0
        own = len(self._waiting.get(group, ()))
        before = sum(min(len(file), own + 1) for name, file in self._waiting.items() if name != group)
        turns = self._turns if len(self._waiting.keys() | self._busy.keys() | {group}) > 1 else self._of_one
        return (own + before + 1) * self._takes / turns

    def _may_begin(self, group: str, weight: int = 1) -> bool:
        # What others do only counts by its number: whoever does nothing yet may always begin with one request.
        return self.busy < self._turns and self._busy[group] + weight <= self._of_one

    def _begin(self, group: str, weight: int) -> None:
        self._busy[group] += weight
        self._at_work += 1

    async def _wait(self, group: str, weight: int, receive: Receive) -> None:
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(group, deque()).append(_Waiting(called, weight))
        self._call_next()
        leaving = asyncio.ensure_future(_left(receive))
        try:
            # The guess of how long it takes may be wrong, so nobody waits beyond twice the limit in any case.
            await asyncio.wait({called, leaving}, timeout=2 * self._most_seconds, return_when=asyncio.FIRST_COMPLETED)
            if not called.done():
                raise ClientLeft if leaving.done() else Overloaded(retry_seconds=self.retry_after())
            if leaving.done():
                self._give_back(group, weight, None)
                raise ClientLeft
        except asyncio.CancelledError:
            if called.done():
                self._give_back(group, weight, None)
            raise
        finally:
            # Before anything is waited for: whoever is still in line meanwhile may be given a turn, and would keep it.
            self._leave(group, called)
            leaving.cancel()
            with suppress(asyncio.CancelledError):
                await leaving

    def _leave(self, group: str, called: asyncio.Future[None]) -> None:
        file = self._waiting.get(group, ())
        for one in [one for one in file if one.called is called]:
            self._take_out(group, one)

    def _take_out(self, group: str, one: "_Waiting") -> None:
        file = self._waiting[group]
        file.remove(one)
        if not file:
            del self._waiting[group]

    def _give_back(self, group: str, weight: int, began: float | None) -> None:
        if began is not None:
            self._takes += SMOOTHING * (self._clock() - began - self._takes)
        self._at_work -= 1
        self._busy[group] -= weight
        if not self._busy[group]:
            del self._busy[group]
        self._call_next()

    def _call_next(self) -> None:
        """Call those whose turn it is: one of each group after the other."""
        while (called := next(filter(None, map(self._next_of, self._waiting)), None)) is not None:
            group, one = called
            self._take_out(group, one)
            if group in self._waiting:
                self._waiting.move_to_end(group)
            if not one.called.done():
                self._begin(group, one.weight)
                one.called.set_result(None)

    def _next_of(self, group: str) -> "tuple[str, _Waiting] | None":
        """The first of a file that may begin: short requests go past a long one for which there is no room yet."""
        return next(((group, one) for one in self._waiting[group] if self._may_begin(group, one.weight)), None)


@dataclass(frozen=True, eq=False)
class _Waiting:
    called: asyncio.Future[None]
    weight: int


async def _left(receive: Receive) -> None:
    """Returns when the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass

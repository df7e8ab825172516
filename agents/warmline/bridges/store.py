"""The store: what a bridge must not forget when it is killed. It is one file, for one running bridge."""

import json
import sqlite3
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warmline.errors import NotConfigured

# Days. Nobody sends the same again after so long, so that what was done need not be known any more.
KEPT_DAYS = 7
FROM_DESK, FROM_WARMLINE = "desk", "warmline"
BEGAN = "began"
"""Under this name a store has when its bridge was started for the first time."""
# Seconds. Clocks of two machines differ, and what was on its way when it was looked for is found the next time.
OVERLAP = 60.0
# Seconds to wait for a bridge that is just stopping.
PATIENCE = 5.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS work (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL,
    conversation TEXT NOT NULL,
    source TEXT NOT NULL,
    body TEXT NOT NULL,
    steps TEXT NOT NULL DEFAULT '[]',
    attempts INTEGER NOT NULL DEFAULT 0,
    came REAL NOT NULL,
    due REAL NOT NULL,
    done REAL,
    problem TEXT
);
CREATE INDEX IF NOT EXISTS work_waiting ON work (lane, id) WHERE done IS NULL;
CREATE TABLE IF NOT EXISTS conversations (conversation TEXT PRIMARY KEY, chain TEXT NOT NULL, facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS chains (chain TEXT PRIMARY KEY, conversation TEXT);
CREATE TABLE IF NOT EXISTS onward (chain TEXT PRIMARY KEY, conversation TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS marks (mark TEXT PRIMARY KEY, sending REAL NOT NULL, message TEXT);
CREATE TABLE IF NOT EXISTS places (name TEXT PRIMARY KEY, value REAL NOT NULL);
"""
# The first of each lane: what came first in a conversation from one side is done first.
NEXT = """
SELECT id, conversation, source, body, steps, attempts, came FROM work AS one
WHERE done IS NULL AND due <= ?
  AND NOT EXISTS (SELECT 1 FROM work AS before WHERE before.lane = one.lane AND before.done IS NULL
                  AND before.id < one.id)
ORDER BY id
"""


@dataclass(frozen=True)
class Item:
    """One thing to do: what a side sent."""

    id: int
    conversation: str
    source: str
    body: dict[str, Any]
    steps: frozenset[str]
    attempts: int
    came: float


@dataclass
class Case:
    """A conversation of the desk, and the chain that it is in Warmline."""

    conversation: str
    chain: str
    facts: dict[str, Any] = field(default_factory=dict)


class Store:
    """The file of a bridge. Threads share it, and no other process. Raises ``NotConfigured`` where one has it."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=PATIENCE, check_same_thread=False, isolation_level=None)
        try:
            # Two bridges would say everything twice. The lock goes with the process, however that ends.
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            # What was acknowledged must be there after a loss of power, too.
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise NotConfigured(
                f"The file {path} cannot be used ({error}): another bridge may run with it, or it is no file of "
                "a bridge."
            ) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def add(self, key: str, source: str, conversation: str, body: str) -> bool:
        """Take something in to be done. Return whether it is new: what has the same key was taken in before."""
        now = time.time()
        added = self._do(
            "INSERT INTO work (key, lane, conversation, source, body, came, due) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO NOTHING",
            (key, f"{source}:{conversation}", conversation, source, body, now, now),
        )
        return added.rowcount == 1

    def next(self, busy: Collection[str]) -> Item | None:
        """Return what is to be done next, of no conversation that is ``busy``."""
        with self._lock:
            for number, conversation, source, body, steps, attempts, came in self._db.execute(NEXT, (time.time(),)):
                if conversation not in busy:
                    did = frozenset(json.loads(steps))
                    return Item(number, conversation, source, json.loads(body), did, attempts, came)
        return None

    def stepped(self, item: Item, steps: Collection[str]) -> None:
        """Note which steps of a thing are done."""
        self._do("UPDATE work SET steps = ? WHERE id = ?", (json.dumps(sorted(steps)), item.id))

    def done(self, item: Item, problem: str | None = None) -> None:
        """Note that a thing is done, or given up with a problem."""
        self._do("UPDATE work SET done = ?, problem = ?, body = '{}' WHERE id = ?", (time.time(), problem, item.id))

    def postpone(self, item: Item, seconds: float, problem: str) -> None:
        """Let a thing be tried again after some seconds."""
        again = "UPDATE work SET due = ?, attempts = attempts + 1, problem = ? WHERE id = ?"
        self._do(again, (time.time() + seconds, problem, item.id))

    def waiting(self) -> int:
        """Return how much is to be done."""
        [(count,)] = self._rows("SELECT count(*) FROM work WHERE done IS NULL")
        return int(count)

    def is_done(self, key: str) -> bool:
        """Return whether what has a key was done, or given up."""
        return bool(self._rows("SELECT 1 FROM work WHERE key = ? AND done IS NOT NULL", (key,)))

    def given_up(self) -> int:
        """Return how much was given up, of what is still known."""
        [(count,)] = self._rows("SELECT count(*) FROM work WHERE done IS NOT NULL AND problem IS NOT NULL")
        return int(count)

    def forget_old(self) -> None:
        """Forget what was done long ago."""
        self._do("DELETE FROM work WHERE done < ?", (time.time() - KEPT_DAYS * 86_400,))

    def case(self, conversation: str) -> Case | None:
        """Return the case of a conversation."""
        found = self._rows("SELECT chain, facts FROM conversations WHERE conversation = ?", (conversation,))
        return Case(conversation, found[0][0], json.loads(found[0][1])) if found else None

    def keep(self, case: Case) -> None:
        """Keep a case as it is now."""
        with self._lock:
            self._db.execute("BEGIN")
            self._db.execute(
                "INSERT OR REPLACE INTO conversations VALUES (?, ?, ?)",
                (case.conversation, case.chain, json.dumps(case.facts)),
            )
            self._db.execute("INSERT OR REPLACE INTO chains VALUES (?, ?)", (case.chain, case.conversation))
            self._db.execute("COMMIT")

    def conversation_of(self, chain: str) -> tuple[bool, str | None]:
        """Return whether a chain is known, and which conversation it is; None where it is none of this desk."""
        found = self._rows("SELECT conversation FROM chains WHERE chain = ?", (chain,))
        return (True, found[0][0]) if found else (False, None)

    def note_chain(self, chain: str, conversation: str | None) -> None:
        """Note which conversation a chain is."""
        self._do("INSERT OR IGNORE INTO chains VALUES (?, ?)", (chain, conversation))

    def going_on(self, chain: str) -> str | None:
        """Return the conversation in which a chain goes on, that may not be there yet."""
        found = self._rows("SELECT conversation FROM onward WHERE chain = ?", (chain,))
        return str(found[0][0]) if found else None

    def goes_on(self, chain: str, conversation: str) -> None:
        """Note in which conversation a chain goes on, before that is there."""
        self._do("INSERT OR REPLACE INTO onward VALUES (?, ?)", (chain, conversation))

    def mark(self, mark: str) -> tuple[float, str | None] | None:
        """Return since when something is on its way to the desk, and the desk's id of it once that is known."""
        found = self._rows("SELECT sending, message FROM marks WHERE mark = ?", (mark,))
        return (found[0][0], found[0][1]) if found else None

    def sending(self, mark: str) -> None:
        """Note that something goes to the desk now."""
        self._do("INSERT OR REPLACE INTO marks VALUES (?, ?, NULL)", (mark, time.time()))

    def not_sent(self, mark: str) -> None:
        """Note that it did not go."""
        self._do("DELETE FROM marks WHERE mark = ? AND message IS NULL", (mark,))

    def sent(self, mark: str, message: str) -> None:
        """Note the desk's id of what was sent."""
        self._do("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", (mark, time.time(), message))

    def place(self, name: str) -> float | None:
        """Return a number that was kept under a name."""
        found = self._rows("SELECT value FROM places WHERE name = ?", (name,))
        return float(found[0][0]) if found else None

    def set_place(self, name: str, value: float) -> None:
        """Keep a number under a name."""
        self._do("INSERT OR REPLACE INTO places VALUES (?, ?)", (name, value))

    def _do(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        with self._lock:
            return self._db.execute(statement, values)

    def _rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()

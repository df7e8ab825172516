"""The whole platform on one machine, started in order, watched, and stopped in the opposite order."""

import contextlib
import os
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from types import MappingProxyType

from warmline_local.servers import (
    EmbeddedPostgres,
    EmbeddedRedis,
    FolderLock,
    GuardedProcess,
    Started,
    check_redis,
    end_leftover,
    free_port,
    make_folder,
)
from warmline_local.stack.databases import SERVICE_LOGIN, ensure_service_login, prepare_database
from warmline_local.stack.idling import Idling
from warmline_local.stack.local_key import NAME, ensure_encryption_keys, ensure_local_key
from warmline_local.stack.running import RunningStack, announce, withdraw
from warmline_local.stack.services import (
    api_url,
    start_api,
    start_chat,
    start_export,
    start_worker,
    url_of,
    wait_for_api,
    wait_for_chat,
    wait_for_export,
    wait_for_worker,
)
from warmline_local.stack.steps import Steps
from warmline_local.stack.supervising import Supervised
from warmline_memory.errors import SetupError
from warmline_memory.messaging import open_celery
from warmline_memory.settings import EmbeddingEngine, Settings
from warmline_memory.storage import Database

WATCH_SECONDS = 0.2
CHAT_PORT = 8430


class Stack(Started):
    """PostgreSQL, Redis, API and worker on the folder ``settings.home``. A context manager.

    Servers that the settings name are used as they are; the others are embedded. While it runs, ``url`` is the API's
    address, ``api_key`` a key of the tenant ``local`` and ``owner_url`` the database as its owner; ``home/stack.json``
    tells the commands where it is. ``with_chat`` lets ``open_chat`` show the console beside the web chat.
    """

    postgres: Mapping[str, str] = MappingProxyType({})
    """Settings of an embedded PostgreSQL that go before those of the local stack."""

    def __init__(self, settings: Settings, steps: Steps | None = None, *, with_chat: bool = False) -> None:
        self.settings = settings.model_copy(update={"home": settings.home.expanduser().absolute()})
        self.url = ""
        self.api_key = ""
        self.owner_url = ""
        self._steps = steps or Steps()
        self._watched: list[Supervised] = []
        self._running = contextlib.ExitStack()
        self._with_chat = with_chat
        self._chat_port = 0
        self._held: tuple[int, ...] = ()

    def start(self) -> None:
        """Start everything and wait until each part answers. Raises ``SetupError``, with nothing left running."""
        with contextlib.ExitStack() as undo:
            self._held = held = (self._take_home(undo),)
            self._set(port=free_port(self.settings.host, self.settings.port))
            if self._with_chat:
                self._find_chat_port()
            self._set(encryption_keys=ensure_encryption_keys(self.settings))
            # The export of the model takes some seconds the first time, and goes on while the database is made.
            exporting = self._start_export(undo, held)
            self._start_postgres(undo)
            self._start_redis(undo)
            if exporting:
                with self._steps.step("Embedding model"):
                    wait_for_export(exporting)
            self._start_services(undo, held)
            self.url = api_url(self.settings)
            undo.callback(withdraw, self.settings.home)
            announce(self.settings.home, self._whereabouts())
            self._running = undo.pop_all()

    def stop(self) -> None:
        """Stop the worker, then the API, then Redis, then PostgreSQL. Does nothing where nothing runs."""
        self._watched.clear()
        self._running.close()

    def open_chat(self, api_key: str, *, queue: str) -> str:
        """Serve the web chat for a tenant's key while the stack runs: the address of both sides, chat and console."""
        start = partial(
            start_chat,
            self.settings,
            self._held,
            port=self._chat_port,
            api_key=api_key,
            queue=queue,
            console=f"{self.url}/console/",
        )
        chat = self._supervise(start)
        self._running.callback(self._stopped("Chat", chat.stop))
        with self._steps.step("Chat"):
            wait_for_chat(chat.process, self.settings, self._chat_port)
        return f"{url_of(self.settings, self._chat_port)}/both"

    def kept_key(self, tenant: str) -> str:
        """A key of a tenant, which is kept with the stack and so the same at its next start."""
        database = Database(self.settings, self.owner_url)
        try:
            return ensure_local_key(database, self.settings.home / f"{tenant}-key.json", tenant)
        finally:
            database.close()

    def wait(self, unused_for: timedelta | None = None) -> None:
        """Watch the programs, and start again what ends by itself: until somebody interrupts it, or until nobody has
        used the stack for as long as ``unused_for``."""
        idling = Idling(self.settings, self.owner_url, unused_for) if unused_for else None
        with contextlib.closing(idling) if idling else contextlib.nullcontext():
            while not (idling and idling.is_over()):
                self._look()
                time.sleep(WATCH_SECONDS)

    def _look(self) -> None:
        for program in self._watched:
            program.look()

    def _take_home(self, undo: contextlib.ExitStack) -> int:
        home = make_folder(self.settings.home)
        make_folder(home / "logs")
        lock = FolderLock(home)
        lock.acquire()
        undo.callback(lock.release)
        # Only now: as long as the folder was another launcher's, these programs were alive with reason.
        for record in make_folder(home / "run").glob("*.pid"):
            end_leftover(record)
        return lock.descriptor

    def _start_export(self, undo: contextlib.ExitStack, held: tuple[int, ...]) -> GuardedProcess | None:
        if self.settings.embedding_engine != EmbeddingEngine.ONNX:
            return None
        exporting = start_export(self.settings, held)
        undo.callback(exporting.stop)
        return exporting

    def _start_postgres(self, undo: contextlib.ExitStack) -> None:
        given, owner = self.settings.database_url, self.settings.migration_database_url
        if owner and not given:
            raise SetupError(
                what="WARMLINE_MIGRATION_DATABASE_URL is set, but WARMLINE_DATABASE_URL is not.",
                fix="Set both, or neither for the embedded PostgreSQL.",
            )
        self.owner_url = owner or given
        if not given:
            with self._steps.step("PostgreSQL"):
                server = EmbeddedPostgres(self.settings.home, settings=self.postgres)
                undo.callback(self._stopped("PostgreSQL", server.stop))
                self._supervise(server.start_again)
                self.owner_url = server.url
                ensure_service_login(server.url)
                self._set(database_url=server.url_as(SERVICE_LOGIN))
        with self._steps.step("Database"):
            self._prepare_database()
            self.api_key = self.kept_key(NAME)

    def _prepare_database(self) -> None:
        prepare_database(self.owner_url, self.settings.database_url)

    def _find_chat_port(self) -> None:
        """The chat's port, which the API must know before it starts: the usual one where it is free."""
        try:
            self._chat_port = free_port(self.settings.host, CHAT_PORT)
        except SetupError:
            self._chat_port = free_port(self.settings.host, 0)
        allowed = filter(None, (self.settings.console_frame_origins, url_of(self.settings, self._chat_port)))
        self._set(console_frame_origins=",".join(allowed))

    def _start_redis(self, undo: contextlib.ExitStack) -> None:
        with self._steps.step("Redis"):
            if self.settings.redis_url:
                check_redis(self.settings.redis_url)
                return
            server = EmbeddedRedis(self.settings.home)
            undo.callback(self._stopped("Redis", server.stop))
            self._supervise(server.start_again)
            self._set(redis_url=server.url)

    def _start_services(self, undo: contextlib.ExitStack, held: tuple[int, ...]) -> None:
        # Both are started before either is waited for: each takes about two seconds, mostly for its imports.
        api = self._supervise(partial(start_api, self.settings, held))
        undo.callback(self._stopped("API", api.stop))
        worker = self._supervise(partial(start_worker, self.settings, held))
        undo.callback(self._stopped("Worker", worker.stop))
        with self._steps.step("API"):
            wait_for_api(api.process, self.settings)
        with self._steps.step("Worker"), contextlib.closing(open_celery(self.settings)) as celery:
            wait_for_worker(worker.process, celery)

    def _supervise(self, start: Callable[[], GuardedProcess]) -> Supervised:
        program = Supervised(start, self._steps)
        self._watched.append(program)
        return program

    def _whereabouts(self) -> RunningStack:
        return RunningStack(
            url=self.url,
            api_key=self.api_key,
            database_url=self.settings.database_url,
            migration_database_url=self.owner_url,
            redis_url=self.settings.redis_url,
            pid=os.getpid(),
        )

    def _stopped(self, name: str, stop: Callable[[], None]) -> Callable[[], None]:
        def stop_shown() -> None:
            with self._steps.step(name, "stopped"):
                stop()

        return stop_shown

    def _set(self, **changed: object) -> None:
        self.settings = self.settings.model_copy(update=changed)

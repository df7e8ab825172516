"""API and worker as threads of the launcher itself, so that one process has what three have elsewhere.

Briefs are written in processes that can be killed, as everywhere (``warmline_local.commands.light`` makes what forks
them).
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from logging.handlers import RotatingFileHandler

import uvicorn
from fastapi import FastAPI

from warmline_api import serving
from warmline_api.app import create_app
from warmline_local.light.own_nudges import OwnNudges
from warmline_local.servers import ASK_AGAIN_SECONDS, GENERATIONS, LARGEST_LOG_BYTES, Started, last_words
from warmline_memory import logs
from warmline_memory.errors import SetupError
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings
from warmline_worker.forks import Forks
from warmline_worker.process import WorkerProcess

LOG = "warmline.log"
SECURITY_LOG = "security.log"


class OneProcess(Started):
    """API and worker in this process, from ``start`` to ``stop``; both log to ``home/logs``. ``forks`` gives the
    processes that write briefs.
    """

    def __init__(self, settings: Settings, forks: Forks) -> None:
        folder = settings.home / "logs"
        self._log = folder / LOG
        # The owner of the tables, for whom row-level security does not hold, is nobody that API or worker connects as.
        own = {"migration_database_url": "", "security_log": settings.security_log or str(folder / SECURITY_LOG)}
        self._settings = settings.model_copy(update=own)
        self._forks = forks
        self._running = ExitStack()
        self._ended = threading.Event()

    def start(self) -> None:
        """Start; returns when the API answers. Raises ``SetupError``, with nothing left running."""
        with ExitStack() as undo:
            undo.enter_context(self._logging())
            app = create_app(self._settings, self._opened)
            self._serve(app, undo)
            self._running = undo.pop_all()

    def stop(self) -> None:
        """Finish what is under way and stop. Does nothing where nothing runs."""
        self._running.close()

    def check(self) -> None:
        """Raise ``SetupError`` where a part of it has ended by itself. None can be started again without the others."""
        if self._ended.is_set() or self._forks.has_ended():
            raise SetupError(what="The platform ended by itself.", fix=last_words(self._log))

    @contextmanager
    def _logging(self) -> Iterator[None]:
        """Log to the file until the block ends."""
        self._log.touch(mode=0o600)
        handler = RotatingFileHandler(
            self._log, maxBytes=LARGEST_LOG_BYTES, backupCount=GENERATIONS, encoding="utf-8", errors="backslashreplace"
        )
        # What an earlier run has logged is put beside, or it would be taken for the reason why this one ends.
        handler.doRollover()
        with closing(handler):
            logs.keep(self._settings.log_level, as_json=self._settings.log_json, to=handler)
            try:
                yield
            finally:
                logging.getLogger().removeHandler(handler)

    @contextmanager
    def _opened(self) -> Iterator[Platform]:
        """The platform, and the worker that works with it."""
        nudges = OwnNudges(self._settings)
        with ExitStack() as opened:
            platform = opened.enter_context(open_platform(self._settings, nudges))
            # Spans are sent by the API for both of them.
            untraced = self._settings.model_copy(update={"traces_url": ""})
            worker = WorkerProcess(untraced, lambda: nullcontext(platform), self._forks)
            opened.callback(worker.close)
            worker.open()
            opened.enter_context(nudges.heard_by(worker))
            yield platform

    def _serve(self, app: FastAPI, undo: ExitStack) -> None:
        """Serve on a thread of its own, which ends with ``undo``; returns once that has started."""
        serving.allow_connections()
        options = serving.options(self._settings)
        config = uvicorn.Config(app, self._settings.host, self._settings.port, log_config=None, **options)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=self._run, args=(server,), name="api", daemon=True)
        thread.start()
        undo.callback(_stop, app, server, thread)
        while not server.started:
            if self._ended.wait(ASK_AGAIN_SECONDS):
                raise SetupError(what="API and worker ended while starting.", fix=last_words(self._log))

    def _run(self, server: uvicorn.Server) -> None:
        try:
            server.run()
        finally:
            self._ended.set()


def _stop(app: FastAPI, server: uvicorn.Server, thread: threading.Thread) -> None:
    server.should_exit = True
    # The server waits for answers that are still open. Streams are not there yet where it has not started.
    with suppress(AttributeError):
        app.state.streams.close()
    thread.join()

"""The composition root: the only place that puts journal, node, views and gateway together.

Exit codes of a venue: 0 stopped on request, 1 what is on disk can not be used, 2 usage, 3 the node
failed while running, 130 interrupted before it was ready.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec
import structlog
import uvicorn

from bellwether.engine.state.venue import Venue
from bellwether.gateway.connection import MOST_CONNECTIONS, RESERVED_DESCRIPTORS, Responder
from bellwether.gateway.fronts.desk import KnownSigners
from bellwether.gateway.fronts.entrance import BACKLOG, SHUTDOWN_S, QuietServer, bound
from bellwether.gateway.fronts.pool import GatewayPool
from bellwether.gateway.hyperliquid.recovery import (
    InlineRecoverer,
    RecoveryProcess,
    start_recoverer,
)
from bellwether.gateway.screen.console_door import ConsoleDoor
from bellwether.gateway.server import SERVER_OPTIONS, Gateway, create_app
from bellwether.journal import (
    FileJournal,
    JournalError,
    JournalLocked,
    JournalUnreadable,
    SnapshotStore,
)
from bellwether.lab.traders.companion import DemoCompanion
from bellwether.node.clock import Clock, ManualClock, SystemClock
from bellwether.node.commit.journal_process import JournalProcess, start_journal_process
from bellwether.node.commit.writing import ProcessWriter
from bellwether.node.errors import JournalGone, NodeError
from bellwether.node.founding.genesis import dev_genesis
from bellwether.node.founding.genesis_file import load_genesis
from bellwether.node.node import JOURNAL_NAME, SNAPSHOTS_NAME, Node
from bellwether.node.recovery import Progress, no_progress
from bellwether.node.secrecy.redaction import RedactedFormatter, redacted
from bellwether.schema.commands import Genesis
from bellwether.views.views import Views

EXIT_OK: Final = 0
EXIT_UNUSABLE: Final = 1
EXIT_USAGE: Final = 2
EXIT_FAILED: Final = 3
EXIT_INTERRUPTED: Final = 130

_OTHERS: Final = 0o027
_LOCK_ATTEMPTS: Final = 20
_LOCK_PAUSE_S: Final = 0.1
_log: Final = structlog.get_logger("bellwether.app")


class ServeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a venue is run; read once. `manual_start_ns` None means the system's clock; port 0 is
    any free one; `seed` is the luck of the demo's traders; `gateways` are the processes that hold
    the clients' connections, 1 for the venue's own; the operators' console is on `console_port` of
    `console_host` alone, None for the venue's own address; with `json_log` the log's lines are
    JSON objects."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 3001
    genesis: Path | None = None
    manual_start_ns: int | None = None
    dev: bool = False
    demo: bool = False
    seed: int = 0
    limit_requests: bool = False
    gateways: int = 1
    console_port: int | None = None
    console_host: str = "127.0.0.1"
    json_log: bool = False

    @property
    def manual_clock(self) -> bool:
        return self.manual_start_ns is not None

    @property
    def limits(self) -> bool:
        """Rate limits hold everywhere but in a dev world that did not ask for them (IFACE-1)."""
        return self.limit_requests or not self.dev

    @property
    def url(self) -> str:
        """Where to reach it from this machine: who listens everywhere is asked on loopback."""
        return _url(self.host, self.port)

    @property
    def console_apart(self) -> bool:
        return self.console_port is not None

    @property
    def console_url(self) -> str:
        """The operators' page."""
        if self.console_port is None:
            return f"{self.url}/console/"
        return f"{_url(self.console_host, self.console_port)}/console/"


def _url(host: str, port: int) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class GatewaysLost(Exception):
    """Every process that held clients' connections has ended."""

    def __init__(self) -> None:
        super().__init__(
            "every gateway process has ended; nobody can reach the venue. What was acknowledged is "
            "kept. Start it again."
        )


class UsageError(Exception):
    """The settings can not be carried out; nothing was started or written."""


Announce = Callable[[ServeSettings, "Node[Views]"], str]
"""The banner's text, given once the venue stands and before it answers."""


def serve(settings: ServeSettings, announce: Announce, progress: Progress = no_progress) -> int:
    """Runs a venue until it is stopped; returns the exit code. Messages go to stderr."""
    if not __debug__:
        print(
            "bellwether does not run under python -O: its checks on money would be switched off.",
            file=sys.stderr,
        )
        return EXIT_USAGE
    _log_to(sys.stderr, settings.json_log)
    _keep_to_ourselves()
    try:
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(settings, announce, progress))
    except UsageError as error:
        print(f"bellwether: {error}", file=sys.stderr)
        return EXIT_USAGE
    except (JournalError, NodeError) as error:
        print(f"bellwether: {error}", file=sys.stderr)
        return EXIT_UNUSABLE
    except GatewaysLost as error:
        print(f"bellwether: the venue has stopped: {error}", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _keep_to_ourselves() -> None:
    """Files are for this user and its group, and there are descriptors for as many clients as the
    system allows."""
    os.umask(_OTHERS)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + RESERVED_DESCRIPTORS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _serve(settings: ServeSettings, announce: Announce, progress: Progress) -> int:
    with _bound(settings) as listener, _bound_console(settings) as console:
        settings = msgspec.structs.replace(settings, port=listener.getsockname()[1])
        if console is not None:
            settings = msgspec.structs.replace(settings, console_port=console.getsockname()[1])
        writing = await start_journal_process()
        try:
            node = _node(settings, progress, writing)
            await _run(settings, node, listener, console, announce)
        finally:
            if writing is not None:
                await writing.stop()
    if node.failure is not None:
        print(f"bellwether: the venue has stopped: {node.failure}", file=sys.stderr)
        return EXIT_FAILED
    return EXIT_OK


async def _run(
    settings: ServeSettings,
    node: Node[Views],
    listener: socket.socket,
    console: socket.socket | None,
    announce: Announce,
) -> None:
    """Starts the node and stops it. Raises JournalError or NodeError."""
    recoverer: RecoveryProcess | None = None
    stopping = asyncio.Event()
    try:
        await node.start()
        recoverer = await start_recoverer()
        signers = KnownSigners(recoverer or InlineRecoverer())
        gateway = create_app(node, settings, signers if settings.gateways > 1 else recoverer)
        server = _server(gateway)
        async with _console(gateway, console, settings.url):
            with _stop_signals(server, stopping):
                if settings.gateways > 1:
                    await _behind_gateways(settings, node, gateway, signers, stopping, announce)
                    return
                # Who connects from here on waits for the answer instead of being turned away.
                listener.listen(BACKLOG)
                print(announce(settings, node), flush=True)
                serving = asyncio.create_task(server.serve(sockets=[listener]))
                await _until_stopped(settings, node, stopping.wait(), serving)
                server.should_exit = True
                if node.failure is not None:
                    server.force_exit = True
                await serving
    finally:
        if recoverer is not None:
            await recoverer.stop()
        await node.stop()


def _server(responder: Responder) -> QuietServer:
    config: Any = uvicorn.Config
    return QuietServer(config(responder, timeout_graceful_shutdown=SHUTDOWN_S, **SERVER_OPTIONS))


@contextlib.asynccontextmanager
async def _console(
    gateway: Gateway, listener: socket.socket | None, url: str
) -> AsyncGenerator[None]:
    """Serves the operators at an address of their own, if they have one."""
    if listener is None:
        yield
        return
    server = _server(ConsoleDoor(gateway, url))
    listener.listen(BACKLOG)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


async def _behind_gateways(
    settings: ServeSettings,
    node: Node[Views],
    gateway: Gateway,
    signers: KnownSigners,
    stopping: asyncio.Event,
    announce: Announce,
) -> None:
    """Serves through processes that listen in place of this one (0047). Raises UsageError."""
    pool = GatewayPool(gateway, signers)
    try:
        try:
            await pool.start(settings.gateways, settings.host, settings.port)
        except OSError as error:
            raise UsageError(f"--gateways {settings.gateways}: {error}. Try fewer.") from error
        print(announce(settings, node), flush=True)
        await _until_stopped(settings, node, stopping.wait(), pool.all_lost.wait())
    finally:
        await pool.stop()
    if not stopping.is_set() and node.failure is None:
        raise GatewaysLost


def _bound(settings: ServeSettings) -> socket.socket:
    """The address, taken before anything is read, so that a port in use is known at once.

    Nobody is let in before the server listens on it.
    """
    try:
        listener = bound(settings.host, settings.port, False)
        if settings.gateways > 1:
            # The address is ours: taken again so that the gateways can share it.
            port = listener.getsockname()[1]
            listener.close()
            listener = bound(settings.host, port, True)
        return listener
    except OSError as error:
        raise UsageError(
            f"{settings.host}:{settings.port} can not be used: {error.strerror}. Nothing was "
            "started. Stop what listens there, or choose another --port."
        ) from error


def _bound_console(
    settings: ServeSettings,
) -> contextlib.AbstractContextManager[socket.socket | None]:
    """The operators' own address, None if they have none."""
    if settings.console_port is None:
        return contextlib.nullcontext()
    try:
        return bound(settings.console_host, settings.console_port, False)
    except OSError as error:
        raise UsageError(
            f"{settings.console_host}:{settings.console_port} can not be used: {error.strerror}. "
            "Nothing was started. Stop what listens there, or choose another --console-port."
        ) from error


def _node(
    settings: ServeSettings, progress: Progress, process: JournalProcess | None
) -> Node[Views]:
    """Opens the journal. Raises UsageError, JournalError or NodeError."""
    clock: Clock = SystemClock()
    if settings.manual_start_ns is not None:
        clock = ManualClock(settings.manual_start_ns)
    directory = settings.data_dir
    try:
        new = not any((directory / JOURNAL_NAME).glob("*.seg"))
        snapshots = SnapshotStore(directory / SNAPSHOTS_NAME).list()
    except (OSError, JournalUnreadable) as error:
        raise UsageError(f"{directory} can not be read: {error}. Nothing was changed.") from error
    if new and snapshots:
        raise JournalGone(directory / JOURNAL_NAME, snapshots[-1])
    if new and not settings.dev and settings.genesis is None:
        raise UsageError(
            f"{directory} holds no venue yet. Found one with --genesis FILE, or with --dev for a "
            "world to try things in."
        )
    founding: Callable[[int], Genesis] = _founding(settings)
    if new and settings.genesis is not None:
        founding(clock.time_ns())
    journal = _journal(directory / JOURNAL_NAME)
    for note in journal.notes:
        _log.warning("journal_recovered", note=note)
    return Node(
        directory,
        journal,
        clock,
        founding,
        Views,
        admit=lambda venue: _check_world(settings, venue),
        progress=progress,
        writer=None if process is None else ProcessWriter(journal, process),
        watch_disk=settings.limit_requests or not settings.dev,
    )


def _journal(directory: Path) -> FileJournal:
    """Opened. A venue that was killed a moment ago may have a record on its way to the disk yet
    (0038): its lock is waited for. Raises JournalError."""
    for _ in range(_LOCK_ATTEMPTS - 1):
        with contextlib.suppress(JournalLocked):
            return FileJournal.open(directory)
        time.sleep(_LOCK_PAUSE_S)
    return FileJournal.open(directory)


def _founding(settings: ServeSettings) -> Callable[[int], Genesis]:
    check = not settings.manual_clock
    if settings.genesis is None:
        return lambda start_ns: dev_genesis(start_ns, check_nonce_window=check)
    path = settings.genesis
    return lambda start_ns: load_genesis(path, start_ns, check_nonce_window=check)


def _check_world(settings: ServeSettings, venue: Venue) -> None:
    """Keys of a dev world are public: it is never served as if it were not one, nor the reverse.
    Nor does a world change its clock, which decides how it treats nonces. Raises UsageError."""
    directory = settings.data_dir
    if venue.dev and not settings.dev:
        raise UsageError(
            f"{directory} holds a dev world, whose keys are public. Serve it with --dev, or "
            "choose another --data-dir. Nothing was changed."
        )
    if settings.dev and not venue.dev:
        raise UsageError(
            f"{directory} holds a venue that is no dev world. Serve it without --dev, or choose "
            "another --data-dir. Nothing was changed."
        )
    if venue.check_nonce_window == settings.manual_clock:
        kind = "system" if venue.check_nonce_window else "manual"
        raise UsageError(
            f"{directory} was founded with the {kind} clock. Serve it with --clock {kind}, or "
            "choose another --data-dir. Nothing was changed."
        )


@contextlib.contextmanager
def _stop_signals(server: QuietServer, asked: asyncio.Event) -> Generator[None, None, None]:
    """SIGINT and SIGTERM ask for a stop in good order from before the banner on; a second SIGINT
    waits for no request that is under way."""
    loop = asyncio.get_running_loop()

    def ask(number: int) -> None:
        if number == signal.SIGINT and asked.is_set():
            server.force_exit = True
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask, number)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _until_stopped(
    settings: ServeSettings, node: Node[Views], *ends: Coroutine[Any, Any, Any] | asyncio.Task[None]
) -> None:
    """Returns when one of the ends has come, or the node has failed; the demo ends before."""
    tasks = [asyncio.ensure_future(end) for end in (*ends, node.failed.wait())]
    demo = await _demo(settings)
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task, end in zip(tasks, (*ends, None), strict=True):
        if task is not end:
            task.cancel()
    if demo is not None:
        # The demo's orders go while the venue still takes cancels.
        await demo.stop()


async def _demo(settings: ServeSettings) -> DemoCompanion | None:
    """The demo's traders, if they were asked for; a venue without them is still a venue."""
    if not settings.demo:
        return None
    try:
        return await DemoCompanion.start(settings.url, settings.seed)
    except OSError as error:
        _log.warning("demo_not_started", error=str(error))
        return None


def _is_of_ours(record: logging.LogRecord) -> bool:
    """Not what a client has done wrong: anybody could fill the log with that."""
    return "received from client" not in str(record.msg)


def _log_to(stream: TextIO, as_json: bool = False) -> None:
    """One line an event on stderr. Nothing that is logged holds keys, signatures or bodies."""
    renderer: structlog.typing.Processor = structlog.processors.KeyValueRenderer(
        key_order=["timestamp", "level", "event"]
    )
    if as_json:
        renderer = structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactedFormatter("%(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_of_ours)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redacted,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )

"""Virtual time: one timeline for a world, and an asyncio event loop that takes its time from it.

Nothing waits: time moves to the next thing that is due. Callbacks run in the order in which they
were asked for, as the real loop runs them, so a seed gives the same run on every machine.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextvars import Context
from heapq import heappop, heappush
from typing import Any, Final, final

NS_PER_S: Final = 1_000_000_000


@final
class Timeline:
    """Things that happen to the world from outside, in order of time and then of asking.

    `running` is the loop that asyncio takes for the running one.
    """

    def __init__(self) -> None:
        self.now_ns = 0
        self.running: VirtualLoop | None = None
        self._asked = 0
        self._waiting: list[tuple[int, int, Callable[[], None]]] = []

    def after(self, delay_ns: int, act: Callable[[], None]) -> None:
        """Does `act` so many nanoseconds from now."""
        self._asked += 1
        heappush(self._waiting, (self.now_ns + max(delay_ns, 0), self._asked, act))

    @property
    def next_ns(self) -> int | None:
        """When the next thing happens, or None."""
        return self._waiting[0][0] if self._waiting else None

    def run_next(self) -> None:
        """Moves to the time of the next thing and does it."""
        when, _, act = heappop(self._waiting)
        self.now_ns = max(self.now_ns, when)
        act()


@final
class VirtualLoop(asyncio.BaseEventLoop):
    """The event loop of one life of a process. `faults` are exceptions that nobody took.

    `steps` counts callbacks. After `kill` nothing that was scheduled happens any more.
    """

    def __init__(self, timeline: Timeline, call_takes_ns: Callable[[], int]) -> None:
        """`call_takes_ns` says how long a call in a thread takes."""
        super().__init__()
        self.steps = 0
        self.faults: list[dict[str, Any]] = []
        self._timeline = timeline
        self._call_takes_ns = call_takes_ns
        self._dead = False
        self._asked = 0
        self._soon: deque[asyncio.Handle] = deque()
        self._later: list[tuple[int, int, asyncio.TimerHandle]] = []

    # -- what asyncio asks of a loop ----------------------------------------------------------
    def time(self) -> float:
        return self._timeline.now_ns / NS_PER_S

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        if not self._dead:
            self._soon.append(handle)
        return handle

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self._at(self._timeline.now_ns + round(delay * NS_PER_S), callback, args, context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self._at(round(when * NS_PER_S), callback, args, context)

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """The call takes its time and then happens at once: no thread is in between."""
        promise = self.create_future()

        def call() -> None:
            if promise.cancelled():
                return
            try:
                promise.set_result(func(*args))
            except Exception as error:
                promise.set_exception(error)

        self._at(self._timeline.now_ns + self._call_takes_ns(), call, (), None)
        return promise

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        if not self._dead:
            self.faults.append(context)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It is passed over when its time comes."""

    def _at(
        self,
        when_ns: int,
        callback: Callable[..., Any],
        args: tuple[Any, ...],
        context: Context | None,
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when_ns / NS_PER_S, callback, args, self, context)
        if not self._dead:
            self._asked += 1
            heappush(self._later, (when_ns, self._asked, handle))
        return handle

    # -- what the world does with it ----------------------------------------------------------
    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do at this moment."""
        return not self._soon

    @property
    def next_ns(self) -> int | None:
        """When the next timer is due, or None."""
        while self._later and self._later[0][2].cancelled():
            heappop(self._later)
        return self._later[0][0] if self._later else None

    def run_due(self) -> None:
        """Moves the timers that are due now to what is to be done."""
        while self._later and self._later[0][0] <= self._timeline.now_ns:
            handle = heappop(self._later)[2]
            if not handle.cancelled():
                self._soon.append(handle)

    def run_one(self) -> None:
        """Runs the next callback."""
        handle = self._soon.popleft()
        if handle.cancelled():
            return
        self.steps += 1
        if self._timeline.running is not self:
            # It stays so until another loop runs: to say it for each callback would cost as much.
            self._timeline.running = self
            asyncio._set_running_loop(self)
        handle._run()

    def kill(self) -> None:
        """The process is gone: coroutines stop where they stand and do nothing more."""
        self._dead = True
        self._soon.clear()
        self._later.clear()
        for task in asyncio.all_tasks(self):
            coroutine: Any = task.get_coro()
            try:
                coroutine.close()
            except Exception as error:
                # What a dead process would have said nobody hears.
                del error
        self._soon.clear()
        self._later.clear()
        if self._timeline.running is self:
            self._timeline.running = None
            asyncio._set_running_loop(None)
        self.close()


@final
class VirtualThread(Executor):
    """One thread of a process: what is handed to it is done one after another, in its time."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self._loop.run_in_executor(None, lambda: fn(*args, **kwargs))
        return Future()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """There is no thread to end."""

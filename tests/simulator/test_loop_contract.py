"""The virtual event loop keeps the promises of the real one, and needs no time for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bellwether.testing.simulator.loop import Timeline, VirtualLoop, VirtualThread

Story = Callable[[], Awaitable[Any]]


def on_the_real_loop(story: Story) -> Any:
    return asyncio.run(story())  # type: ignore[arg-type]


def on_the_virtual_loop(story: Story) -> Any:
    timeline = Timeline()
    loop = VirtualLoop(timeline, lambda: 1_000_000)
    task = loop.create_task(story())  # type: ignore[arg-type]
    while not task.done():
        loop.run_due()
        if loop.is_idle:
            assert loop.next_ns is not None, "the story waits for nothing"
            timeline.now_ns = loop.next_ns
        else:
            loop.run_one()
    loop.kill()
    return task.result()


@pytest.fixture(params=[on_the_real_loop, on_the_virtual_loop], ids=["real", "virtual"])
def run(request: pytest.FixtureRequest) -> Callable[[Story], Any]:
    return request.param  # type: ignore[no-any-return]


def test_callbacks_run_in_the_order_of_asking(run: Callable[[Story], Any]) -> None:
    async def story() -> list[int]:
        seen: list[int] = []
        loop = asyncio.get_running_loop()
        for number in range(5):
            loop.call_soon(seen.append, number)
        loop.call_soon_threadsafe(seen.append, 5)
        await asyncio.sleep(0)
        return seen

    assert run(story) == [0, 1, 2, 3, 4, 5]


def test_timers_run_in_order_of_time_and_cancelled_ones_do_not(
    run: Callable[[Story], Any],
) -> None:
    async def story() -> list[str]:
        seen: list[str] = []
        loop = asyncio.get_running_loop()
        loop.call_later(0.03, seen.append, "late")
        loop.call_later(0.01, seen.append, "early")
        loop.call_at(loop.time() + 0.02, seen.append, "between")
        loop.call_later(0.015, seen.append, "never").cancel()
        loop.call_soon(seen.append, "never either").cancel()
        await asyncio.sleep(0.05)
        return seen

    assert run(story) == ["early", "between", "late"]


def test_time_goes_on_by_what_is_slept(run: Callable[[Story], Any]) -> None:
    async def story() -> float:
        loop = asyncio.get_running_loop()
        before = loop.time()
        await asyncio.sleep(0.02)
        return loop.time() - before

    assert 0.02 <= run(story) < 2


def test_a_call_in_a_thread_gives_its_result_or_its_error(run: Callable[[Story], Any]) -> None:
    async def story() -> tuple[int, str]:
        result = await asyncio.to_thread(lambda: 42)
        try:
            await asyncio.to_thread(lambda: [][0])
        except IndexError as error:
            return result, type(error).__name__
        return result, ""

    assert run(story) == (42, "IndexError")


def test_tasks_wait_for_one_another_and_can_be_cancelled(run: Callable[[Story], Any]) -> None:
    async def story() -> list[str]:
        seen: list[str] = []
        event = asyncio.Event()

        async def waits() -> None:
            await event.wait()
            seen.append("came")

        async def never_ends() -> None:
            try:
                await asyncio.sleep(3_600)
            except asyncio.CancelledError:
                seen.append("cancelled")
                raise

        first = asyncio.create_task(waits())
        second = asyncio.create_task(never_ends())
        await asyncio.sleep(0)
        second.cancel()
        event.set()
        await asyncio.gather(first, second, return_exceptions=True)
        return sorted(seen)

    assert run(story) == ["came", "cancelled"]


def test_an_error_in_a_callback_is_told_and_stops_nothing(run: Callable[[Story], Any]) -> None:
    async def story() -> int:
        loop = asyncio.get_running_loop()
        told: list[Any] = []
        if isinstance(loop, VirtualLoop):
            told = loop.faults
        else:
            loop.set_exception_handler(lambda _, context: told.append(context))
        loop.call_soon([].pop)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return len(told)

    assert run(story) == 1


def test_an_hour_of_virtual_time_takes_no_time() -> None:
    async def story() -> None:
        for _ in range(3_600):
            await asyncio.sleep(1)

    began = time.monotonic()
    on_the_virtual_loop(story)
    assert time.monotonic() - began < 10


def test_after_a_kill_nothing_happens_any_more() -> None:
    seen: list[str] = []

    async def story() -> None:
        try:
            await asyncio.sleep(1)
            seen.append("woke")
        except BaseException:
            seen.append("closed")
            raise

    timeline = Timeline()
    loop = VirtualLoop(timeline, lambda: 1)
    loop.create_task(story())
    loop.run_one()
    VirtualThread(loop).submit(seen.append, "written")
    loop.kill()
    assert loop.is_idle and loop.next_ns is None
    loop.call_soon(seen.append, "late")
    assert loop.is_idle
    assert seen == ["closed"], "a coroutine ends where it stands"

"""Signers are recovered in another process, in order, and without it too."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid import signing
from bellwether.gateway.hyperliquid.recovery import (
    MOST_UNDERWAY,
    InlineRecoverer,
    Recoverer,
    RecoveryProcess,
)
from tests.gateway.wallet import Wallet, account

Told = TypeVar("Told")
WALLETS = [account(number) for number in range(5)]


def question(wallet: Wallet, number: int) -> tuple[bytes, bytes]:
    """Digests known already and connections that are hashed where the signer is recovered."""
    payload = number.to_bytes(8, "big") * (1 + number % 40)
    if number % 2:
        message = signing.digest_message(signing.keccak(payload))
    else:
        message = signing.agent_message(payload, "ab"[number // 2 % 2])
    given = wallet.sign(signing.digest_of(message))
    return message, signing.signature_bytes(given["r"], given["s"], given["v"])


def run(story: Callable[[RecoveryProcess], Awaitable[Told]]) -> Told:
    async def whole() -> Told:
        process = await RecoveryProcess.start()
        try:
            return await story(process)
        finally:
            await process.stop()

    return asyncio.run(whole())


async def wrongly_answered(recoverer: Recoverer) -> list[int]:
    """Asks many questions at once; the numbers of those that got another signer."""
    asked = [(WALLETS[number % 5], question(WALLETS[number % 5], number)) for number in range(200)]
    answers = await asyncio.gather(*[recoverer.recover(*asking) for _, asking in asked])
    return [n for n, (wallet, _) in enumerate(asked) if answers[n] != wallet.address]


def test_every_question_gets_its_own_answer() -> None:
    assert run(wrongly_answered) == []


def test_the_event_loop_can_do_it_itself() -> None:
    assert asyncio.run(wrongly_answered(InlineRecoverer())) == []


def test_what_nobody_can_have_signed_is_refused_and_the_next_is_answered() -> None:
    async def story(process: RecoveryProcess) -> None:
        nobody = signing.signature_bytes("0x5", "0x1", 27)
        with pytest.raises(Refused, match="Unable to recover signer"):
            await process.recover(signing.digest_message(bytes(32)), nobody)
        assert await wrongly_answered(process) == []

    run(story)


def test_who_stops_waiting_takes_nobody_elses_answer() -> None:
    async def story(process: RecoveryProcess) -> None:
        impatient = process.recover(*question(WALLETS[0], 0))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await wrongly_answered(process) == []

    run(story)


def test_what_is_urgent_goes_before_what_waits() -> None:
    """D1: a cancel waits for what is under way, not for all that was asked before it."""

    async def story(process: RecoveryProcess) -> None:
        order: list[str] = []

        async def ask(name: str, urgent: bool) -> None:
            await process.recover(*asking, urgent)
            order.append(name)

        asking = question(WALLETS[0], 0)
        flood = [asyncio.create_task(ask("order", False)) for _ in range(8 * MOST_UNDERWAY)]
        await asyncio.sleep(0.001)
        await ask("cancel", True)
        assert order.index("cancel") < 3 * MOST_UNDERWAY
        await asyncio.gather(*flood)

    run(story)


def test_without_the_process_everything_is_still_answered() -> None:
    async def story(process: RecoveryProcess) -> None:
        waiting = asyncio.create_task(wrongly_answered(process))
        await asyncio.sleep(0)
        os.kill(process.pid, signal.SIGKILL)
        assert await waiting == []
        assert await wrongly_answered(process) == []

    run(story)


def test_the_process_goes_when_the_venue_does() -> None:
    async def story() -> int:
        process = await RecoveryProcess.start()
        await process.stop()
        return process.pid

    pid = asyncio.run(story())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)

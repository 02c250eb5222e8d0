"""Signers are recovered in another process, in order, and without it too."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

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


def run(story: Callable[[RecoveryProcess], Awaitable[None]]) -> None:
    async def whole() -> None:
        process = await RecoveryProcess.start()
        try:
            await story(process)
        finally:
            await process.stop()

    asyncio.run(whole())


async def check_all(recoverer: Recoverer) -> None:
    asked = [(WALLETS[number % 5], question(WALLETS[number % 5], number)) for number in range(200)]
    answers = await asyncio.gather(*[recoverer.recover(*asking) for _, asking in asked])
    assert answers == [wallet.address for wallet, _ in asked]


def test_every_question_gets_its_own_answer() -> None:
    run(check_all)


def test_the_event_loop_can_do_it_itself() -> None:
    asyncio.run(check_all(InlineRecoverer()))


def test_what_nobody_can_have_signed_is_refused_and_the_next_is_answered() -> None:
    async def story(process: RecoveryProcess) -> None:
        nobody = signing.signature_bytes("0x5", "0x1", 27)
        with pytest.raises(Refused, match="Unable to recover signer"):
            await process.recover(signing.digest_message(bytes(32)), nobody)
        await check_all(process)

    run(story)


def test_who_stops_waiting_takes_nobody_elses_answer() -> None:
    async def story(process: RecoveryProcess) -> None:
        impatient = process.recover(*question(WALLETS[0], 0))
        await asyncio.sleep(0)
        impatient.cancel()
        await check_all(process)

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
        waiting = asyncio.create_task(check_all(process))
        await asyncio.sleep(0)
        os.kill(process.pid, signal.SIGKILL)
        await waiting
        await check_all(process)

    run(story)


def test_the_process_goes_when_the_venue_does() -> None:
    async def story() -> int:
        process = await RecoveryProcess.start()
        await process.stop()
        return process.pid

    pid = asyncio.run(story())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)

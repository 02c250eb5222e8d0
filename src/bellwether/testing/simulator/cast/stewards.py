"""Rarer acts on markets: awaited events, inputs, the deployer's, capital, halts elsewhere."""

from __future__ import annotations

from random import Random
from typing import Final

from bellwether.schema import codes
from bellwether.schema.commands import (
    AnnotateMarket,
    AnyCommand,
    ConfirmListing,
    DeclareEvent,
    DisableDex,
    EnterEventPhase,
    InsertMarginTable,
    PayInCapital,
    PublishDisclosure,
    ReportExchangeHalt,
    ResolveInput,
    SetFeeRecipient,
    SetSubDeployers,
)
from bellwether.schema.instrument import MarginTier
from bellwether.testing.simulator.cast.board import Board, Quoted
from bellwether.testing.simulator.cast.traders import trader
from bellwether.testing.simulator.plan import NS_PER_S

SUB_DEPLOYER: Final = b"\xdb" * 20
EVENT: Final = "direct listing"
_VARIANTS: Final = ("insertMarginTable", "setPerpAnnotation", "disableDex")


def await_event(key: bytes, nonce: int, luck: Random, board: Board, market: Quoted) -> AnyCommand:
    """A listing that waits for an event, or the word that what is awaited has come."""
    asset, now = market.asset, board.time_ns
    if asset in board.awaited and luck.random() < 0.6:
        event = board.awaited[asset] if luck.random() < 0.9 else "another"
        price, at_ns = luck.choice(((0, 0), (market.mark, now)))
        return DeclareEvent(key, nonce, asset, event, price, at_ns, "Because.", "It has come.")
    return ConfirmListing(
        key,
        nonce,
        asset,
        "XNAS",
        "X",
        "direct",
        "US",
        market.mark,
        now,
        "trigger",
        "Because.",
        "It waits.",
        *luck.choice(((0, 1, 0), (1, 1, 0), (1, 1, 300_000))),
        EVENT,
        "As the exchange says.",
        now + luck.choice((60, 600, 7_200)) * NS_PER_S,
        luck.choice(codes.TREATMENTS_AFTER_EVENT),
        luck.choice(codes.TREATMENTS_WITHOUT_EVENT),
    )


def enter_phase(key: bytes, nonce: int, luck: Random, market: Quoted) -> AnyCommand:
    """The next thing that is known of a listing."""
    phase = luck.choice((*codes.EVENT_PHASES, "unheard of"))
    return EnterEventPhase(key, nonce, market.asset, phase, "Because.", "It is known.")


def resolve(key: bytes, nonce: int, luck: Random, board: Board, market: Quoted) -> AnyCommand:
    """Accepts or rejects something that was observed, as it was told or nearly so."""
    if not board.observed:
        return ResolveInput(
            key, nonce, market.asset, "one", "tender_offer", 1, 1, True, "Because.", "None."
        )
    seen = luck.choice(tuple(board.observed))
    return ResolveInput(
        key,
        nonce,
        seen.asset,
        seen.source,
        seen.kind,
        seen.value_e6 + luck.choice((0, 0, 0, 1)),
        seen.observed_ns,
        luck.random() < 0.5,
        "Because.",
        "It is resolved.",
    )


def deploy(key: bytes, nonce: int, luck: Random, market: Quoted) -> AnyCommand:
    """What a deployer does alone: tiers, keys, a recipient, words. Texts are the venue's."""
    roll = luck.randrange(5)
    dex = luck.choice(("xyz", "xyz", "xyz", ""))
    if roll == 0:
        tiers = (MarginTier(0, luck.randrange(2, 12)), MarginTier(10**9, luck.choice((1, 2, 60))))
        return InsertMarginTable(key, nonce, dex, "Tiers.", tiers)
    if roll == 1:
        named = (luck.choice(_VARIANTS), SUB_DEPLOYER, luck.random() < 0.7)
        return SetSubDeployers(key, nonce, dex, (named,))
    if roll == 2:
        return SetFeeRecipient(key, nonce, dex, trader(luck.randrange(12)))
    if roll == 3:
        version = luck.randrange(1, 30)
        return PublishDisclosure(key, nonce, version, f"Risks, version {version}.")
    words = ("category", luck.choice(("One.", "Two.")), "Name", ("word",))
    return AnnotateMarket(key, nonce, market.asset, *words, "setPerpAnnotation")


def disable(key: bytes, nonce: int, luck: Random) -> AnyCommand:
    """The end of a dex, which takes a second operator; the main one has none."""
    dex = luck.choice(("xyz", "xyz", ""))
    return DisableDex(key, nonce, dex, "Because.", "It ends.", "disableDex")


def pay_in(key: bytes, nonce: int, luck: Random, market: Quoted) -> AnyCommand:
    """Capital for a market's fund or its vault, now and then told twice."""
    reference = f"capital {luck.randrange(60)}"
    return PayInCapital(
        key, nonce, market.asset, luck.random() < 0.5, luck.randrange(10**9), reference
    )


def exchange_halt(
    key: bytes, nonce: int, luck: Random, board: Board, market: Quoted, source: str
) -> AnyCommand:
    """The share stands still where it is listed, or trades again; more often the latter."""
    seen_ns = board.time_ns - luck.choice((0, 0, NS_PER_S))
    halted = luck.random() < 0.4
    return ReportExchangeHalt(key, nonce, market.asset, source, halted, "news", seen_ns)

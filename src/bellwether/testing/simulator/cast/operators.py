"""Operators with two keys, feeds, the custodian: what is said to a venue from the works' side."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec

from bellwether.schema import codes
from bellwether.schema.commands import (
    Announce,
    AnyCommand,
    ChangeSpecification,
    ConfirmListing,
    Credit,
    Debit,
    DecideProposal,
    Genesis,
    GenesisAccount,
    KeepHalted,
    ListMarket,
    RebaseMarket,
    SetAccount,
    SetPhase,
    SettleMarket,
    SetTradingStatus,
    SubmitExternalPrice,
    SubmitIndication,
    SubmitObservation,
)
from bellwether.schema.instrument import (
    ConversionPolicy,
    EventMargin,
    InstrumentSpec,
    MarginTier,
)
from bellwether.schema.presets import specify
from bellwether.testing.simulator.cast import stewards
from bellwether.testing.simulator.cast.board import Board, Quoted
from bellwether.testing.simulator.cast.payouts import TERMS, handle
from bellwether.testing.simulator.cast.traders import MEANS, trader
from bellwether.testing.simulator.plan import NS_PER_S, Features

OPERATORS: Final = (b"\xdd" * 20, b"\xdc" * 20)
CUSTODIAN: Final = b"\xcc" * 20
COMPLIANCE: Final = b"\xce" * 20
SOURCES: Final = ("one", "two", "three", "four")
HOUR_NS: Final = 3_600 * NS_PER_S
_SWIFT: Final = {
    "time_constant_ns": 6 * NS_PER_S,
    "step_cap_e6": 1_000_000,
    "move_limit_e6": 30_000,
    "basis_time_constant_ns": 6 * NS_PER_S,
    "impact_notional_e6": 30_000_000,
}

_VAULTED: Final = {"backstop_loss_limit_e6": 5_000_000_000, "fee_e9": 1_000_000}
_PROTECTED: Final = {"step_e6": 100_000, "cooldown_ns": 0, "fee_e9": 2_500_000}


def founding(features: Features, start_ns: int) -> Genesis:
    """The first command of a world."""
    specs = tuple(_spec(name, start_ns) for name in features.markets)
    return Genesis(
        ("", "xyz"),
        specs,
        (
            (CUSTODIAN, codes.CUSTODIAN),
            *((key, codes.EVERY_OPERATOR_ROLE) for key in OPERATORS),
            (COMPLIANCE, codes.COMPLIANCE),
        ),
        tuple(
            GenesisAccount(
                trader(number), "XX", "retail", (("", usd * 10**6), ("xyz", usd * 10**5))
            )
            for number, usd in enumerate(MEANS[: features.traders])
        ),
        features.check_nonces,
        True,
        tuple((name, OPERATORS[0]) for name in SOURCES),
        (("xyz", OPERATORS[1]),),
        features.requires_disclosures,
        TERMS,
    )


def _spec(name: str, start_ns: int) -> InstrumentSpec:
    if name == "cross":
        tiers = (MarginTier(0, 10), MarginTier(200_000_000, 5), MarginTier(600_000_000, 3))
        return specify(
            "standard_equity",
            "CROSS",
            "",
            reference_atoms=40_000,
            launch_time=start_ns,
            oracle=_SWIFT,
            tiers=tiers,
            maker_fee_e9=-50_000,
            losses=_VAULTED,
            self_trade_prevention=codes.STP_DECREMENT,
        )
    if name == "premarket":
        return specify("premarket", "VALUED", "", reference_atoms=20_780_000, launch_time=start_ns)
    more: dict[str, object] = {"reference_atoms": 175_000, "launch_time": start_ns}
    if name == "dated":
        more["outside_launch_time"] = start_ns + HOUR_NS // 2
        more["settlement_deadline"] = start_ns + HOUR_NS
        more["listing_exchange"] = "XNAS"
        more["event_margins"] = (
            EventMargin("filed", 3, 0),
            EventMargin("priced", 1, 30 * NS_PER_S),
            EventMargin("seasoned", 5, 0),
        )
        more["conversion"] = ConversionPolicy(ramp_ns=HOUR_NS // 3, auction_aware=True)
    if name == "auction":
        more["launch_time"] = start_ns + 120 * NS_PER_S
        more["auction_ns"] = 60 * NS_PER_S
        more["maker_protection_ns"] = 40_000_000
        more |= {"liquidation_policy": "kraken", "adl": "pro_rata", "losses": _PROTECTED}
    symbol, dex = ("xyz:OTHER", "xyz") if name == "other" else (name.upper(), "")
    if name == "other":
        more |= {"halt_move_e6": 50_000, "size_decimals": 2, "block_priority": True}
        more["losses"] = _VAULTED
    return specify("ipop", symbol, dex, oracle=_SWIFT, **more)


def key_of(kind: str, luck: Random) -> bytes:
    """Whose key signs a step of this kind."""
    if kind in ("money", "capital"):
        return CUSTODIAN
    if kind == "payout":
        return luck.choice((CUSTODIAN, CUSTODIAN, CUSTODIAN, *OPERATORS))
    if kind == "attributes":
        return COMPLIANCE
    if kind in ("price", "observe", "indicate", "exchange_halt"):
        return OPERATORS[0]
    if kind in ("deploy", "disable") and luck.random() < 0.5:
        return luck.choice((OPERATORS[1], stewards.SUB_DEPLOYER))
    return luck.choice(OPERATORS)


def act(kind: str, key: bytes, nonce: int, luck: Random, board: Board) -> AnyCommand:
    """A command of one of the kinds of `plan.OPERATING` or `plan.OUTSIDE`, or `decide`."""
    if kind == "decide":
        open_ones = sorted(board.proposals)
        number = luck.choice(open_ones) if open_ones else luck.randrange(1, 9)
        return DecideProposal(key, nonce, number, luck.random() < 0.85)
    if kind == "money":
        return _money(key, nonce, luck)
    if kind == "payout":
        return handle(key, nonce, luck, board)
    if kind == "attributes":
        owner = luck.choice(("", "", "fund"))
        place = luck.choice(("XX", "XX", "US", "GB"))
        return SetAccount(key, nonce, trader(luck.randrange(12)), place, "retail", owner)
    market = board.markets[luck.choice(sorted(board.markets))] if board.markets else None
    if market is None:
        return Announce(key, nonce, -1, "Nothing", "There is no market.", 0)
    if kind == "observe" and luck.random() < 0.9:
        observed = [one for _, one in sorted(board.markets.items()) if one.spec.index is not None]
        market = luck.choice(observed) if observed else market
    if kind in ("price", "observe", "indicate"):
        return _said(kind, key, nonce, luck, board, market)
    if kind == "exchange_halt":
        return stewards.exchange_halt(key, nonce, luck, board, market, luck.choice(SOURCES))
    if kind == "capital":
        return stewards.pay_in(key, nonce, luck, market)
    return _operate(kind, key, nonce, luck, board, market)


def _money(key: bytes, nonce: int, luck: Random) -> AnyCommand:
    user = trader(luck.randrange(12))
    reference = f"{luck.randrange(400)}"
    amount = luck.randrange(1, 2 * 10**8)
    if luck.random() < 0.6:
        return Credit(key, nonce, user, luck.choice(("", "xyz")), amount, reference)
    return Debit(key, nonce, user, "", amount, reference)


def _said(
    kind: str, key: bytes, nonce: int, luck: Random, board: Board, market: Quoted
) -> AnyCommand:
    source = luck.choice(SOURCES)
    seen = board.time_ns - luck.choice((0, 0, 0, NS_PER_S, 60 * NS_PER_S))
    wrong = luck.random() < 0.05
    percent = luck.choice((0, 10, 55, 1_000)) if wrong else luck.randrange(97, 104)
    price = market.mark * percent // 100
    if kind == "price":
        session = codes.REGULAR_SESSION
        return SubmitExternalPrice(key, nonce, market.asset, source, price, seen, session)
    if kind == "indicate":
        shares = luck.randrange(10**6)
        return SubmitIndication(key, nonce, market.asset, source, price, shares, seen)
    what = luck.choice(("secondary_trade", "tender_offer", "funding_round"))
    value = price * 10**6 * 10**5
    return SubmitObservation(
        key, nonce, market.asset, source, what, value, "valuation", 0, "common", 0, seen
    )


def _operate(
    kind: str, key: bytes, nonce: int, luck: Random, board: Board, market: Quoted
) -> AnyCommand:
    asset, now = market.asset, board.time_ns
    if kind == "list":
        number = luck.randrange(100)
        spec = specify("ipop", f"NEW{number}", "", reference_atoms=50_000, oracle=_SWIFT)
        return ListMarket(key, nonce, spec, "Last round at 50 USD, 2026-04-30.", "A new market.")
    if kind == "change":
        fee = luck.choice((500_000, 900_000, 1_200_000))
        cap = luck.choice((0, market.spec.open_interest_cap_e6, 10**10))
        changed = msgspec.structs.replace(market.spec, taker_fee_e9=fee, open_interest_cap_e6=cap)
        at = luck.choice((0, now + 60 * NS_PER_S))
        version = market.spec.version
        return ChangeSpecification(key, nonce, asset, version, changed, at, "Because.", "A change.")
    if kind == "phase":
        phase = luck.choice((codes.PRE_LISTING, codes.SETTLEMENT_PERIOD, codes.LISTED))
        return SetPhase(key, nonce, asset, phase, "Because.", "The phase moves.")
    if kind == "rebase":
        a, b = luck.choice(((2, 1), (1, 2), (3, 2), (10, 1)))
        return RebaseMarket(key, nonce, asset, a, b, "split", "A split.")
    if kind == "halt":
        return _halt(key, nonce, luck, asset)
    if kind == "announce":
        return Announce(key, nonce, luck.choice((-1, asset)), "News", "It is said.", 0)
    if kind in ("settle", "listing"):
        return _end(kind, key, nonce, luck, now, market)
    return _steward(kind, key, nonce, luck, board, market)


def _steward(
    kind: str, key: bytes, nonce: int, luck: Random, board: Board, market: Quoted
) -> AnyCommand:
    if kind == "await":
        return stewards.await_event(key, nonce, luck, board, market)
    if kind == "event":
        return stewards.enter_phase(key, nonce, luck, market)
    if kind == "resolve":
        return stewards.resolve(key, nonce, luck, board, market)
    if kind == "deploy":
        return stewards.deploy(key, nonce, luck, market)
    return stewards.disable(key, nonce, luck)


def _halt(key: bytes, nonce: int, luck: Random, asset: int) -> AnyCommand:
    status = luck.choice(
        (*(codes.OPEN,) * 4, codes.POST_ONLY, codes.POST_ONLY, codes.HALTED, codes.CANCEL_ONLY)
    )
    if luck.random() < 0.15:
        return KeepHalted(key, nonce, asset, codes.HALTED, "Because.", "It stays halted.")
    return SetTradingStatus(key, nonce, asset, status, "Because.")


def _end(kind: str, key: bytes, nonce: int, luck: Random, now: int, market: Quoted) -> AnyCommand:
    asset = market.asset
    if kind == "settle":
        method = luck.choice((codes.TRANSACTION, codes.RECENT_TWAP, codes.DELISTING))
        price = market.mark if method == codes.TRANSACTION else 0
        window = HOUR_NS if method == codes.RECENT_TWAP else 0
        grounds = "delisted" if method == codes.DELISTING else "acquired"
        return SettleMarket(key, nonce, asset, method, price, window, grounds, "It ends.")
    treatment, more = luck.choice(
        (
            *((("convert", (0, 1, 0)),) * 6),
            ("adjusted", (3, 2, 0)),
            ("settle", (0, 1, 0)),
            ("composite", (0, 1, 300_000)),
        )
    )
    grounds = "" if treatment == "convert" else "g"
    return ConfirmListing(
        key,
        nonce,
        asset,
        "XNAS",
        "X",
        "ipo",
        "US",
        market.mark,
        now,
        treatment,
        grounds,
        "It has listed.",
        *more,
    )

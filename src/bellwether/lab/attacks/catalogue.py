"""The attacks by name, and running one: a world, the script, the way out, who has what (LIQ-5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from bellwether.engine import questions
from bellwether.lab.attacks.attack import Attack, Guard, Plan
from bellwether.lab.attacks.handover import hand_over
from bellwether.lab.attacks.outcome import Outcome
from bellwether.lab.attacks.settlement import DATES, settle
from bellwether.lab.attacks.share_count import surprise
from bellwether.lab.attacks.source import freeze, lie
from bellwether.lab.attacks.spoof import spoof
from bellwether.lab.attacks.squeeze import squeeze
from bellwether.lab.attacks.wash import wash
from bellwether.lab.attacks.world import World
from bellwether.schema.presets import IPOP, PREMARKET

PRESETS: Final = ("ipop", "premarket")

_LOOSE: Final = {
    "oracle": {
        "move_limit_e6": 900_000,
        "basis_time_constant_ns": 1_000_000,
        "band_e12": 990_000_000_000,
    }
}
"""No step limit, no average, no band: the mark is where the book is."""


def _index(**changes: Any) -> dict[str, Any]:
    assert PREMARKET.index is not None, "this preset has an index"
    return {"index": msgspec.structs.replace(PREMARKET.index, **changes)}


_WIDE: Final = _index(mark_width_e12=300_000_000_000)
_CREDULOUS: Final = {
    "conversion": msgspec.structs.replace(IPOP.conversion, max_deviation_e6=900_000)
}
_FREE: Final = {"taker_fee_e9": 0, "maker_fee_e9": 0, "fee_tiers": ()}
_STEPS: Final = "steps, average and bounds of the mark (PRICE-7, 8, 10)"
_CLAMP: Final = "clamp of the mark to the index (PRICE-9)"
_FEES: Final = "fees (ORD-7)"


def _both(plan: Plan) -> dict[str, Plan]:
    return dict.fromkeys(PRESETS, plan)


_TRADED_UP: Final = (
    Attack(
        "squeeze",
        "XPL, 2025: an empty book is bought up, and shorts must buy back at the top",
        "shorts within reach of the mark, each no more than its margin, then the fund",
        "margins that the highest mark can liquidate, and what the fund may pay beyond them",
        squeeze,
        _both(Plan(push_bp=5_500, trap_bp=2_490)),
        {
            "ipop": Guard(_STEPS, _LOOSE, Plan(9, 3_000_000, 545_000, 30_600, 5_820, 36)),
            "premarket": Guard(_CLAMP, _WIDE, Plan(size_usd=80_000, push_bp=2_900)),
        },
        {},
    ),
    Attack(
        "hand-over",
        "JELLY, 2025: a short against oneself is pumped into ruin and left to the venue",
        "its own margin, then the fund, at no price 5 % beyond the mark",
        "as for the squeeze; the attacker's own short counts for what the fund may pay",
        hand_over,
        _both(Plan(10, 3_000_000, 355_000, 7_800, 2_490, 210)),
        {
            "ipop": Guard(
                "how far the fund follows a price (LIQ-5)",
                {"losses": {"covered_e6": 990_000}},
                Plan(10, 3_000_000, 100_000, 7_800, 4_900, 120),
            ),
            "premarket": Guard(_CLAMP, _WIDE, Plan(10, 3_000_000, 80_000, 2_900, 1_990, 120)),
        },
        {},
    ),
    Attack(
        "settlement",
        "the mark is bid up before the average ends that settles the market",
        "the other side, by what the last seconds weigh in the whole life",
        "size x the sum of (highest mark - truth) dt / life, and margins within reach meanwhile",
        settle,
        _both(Plan()),
        {
            "ipop": Guard(_STEPS, _LOOSE, Plan(8, 3_000_000, 230_000, 9_400, 3_200, 120)),
            "premarket": Guard(_CLAMP, _WIDE, Plan(size_usd=200_000)),
        },
        DATES,
    ),
)

_DECEIVED: Final = (
    Attack(
        "wash",
        "two wallets of one owner trade with each other, for volume and the last price",
        "the attacker, both fees; the mark stays between the best quotes",
        "the fees of every round, as a loss",
        wash,
        _both(Plan()),
        {name: Guard(_FEES, _FREE, Plan()) for name in PRESETS},
        {},
    ),
    Attack(
        "spoof",
        "a bid stands only while an impact sample is taken, for an hour's funding",
        "longs, the funding of a premium no larger than the way to the best ask",
        "notional x the funding rate at that premium, for two hours",
        spoof,
        _both(Plan(size_usd=10_000, seconds=3_600)),
        {
            "ipop": Guard(
                "multiplier (FUND-3)",
                {"funding": {"multiplier_e6": 1_000_000}},
                Plan(size_usd=10_000, seconds=3_600),
            ),
            "premarket": Guard(
                "clamp of the rate (FUND-5)",
                {"funding": {"cap_e12": 5_000_000_000}},
                Plan(size_usd=10_000, seconds=3_600),
            ),
        },
        {},
    ),
    Attack(
        "lying-source",
        "one of the price sources lies, and shorts are to be liquidated by it",
        "nobody by the lie alone; margins within reach of a push from where it leads",
        "margins within reach of the highest price that the honest sources let through",
        lie,
        {
            "ipop": Plan(seconds=120, push_bp=4_000),
            "premarket": Plan(seconds=3_600, push_bp=2_000),
        },
        {
            "ipop": Guard(
                "agreement of the sources (PRICE-19)", _CREDULOUS, Plan(seconds=120, push_bp=4_000)
            ),
            "premarket": Guard(
                "cap on a source's influence (PRICE-15)",
                _index(influence_cap_e6=1_000_000),
                Plan(seconds=3_600, push_bp=2_000),
            ),
        },
        {},
    ),
    Attack(
        "frozen-source",
        "the outside price is silenced or disputed, and the book pushed meanwhile",
        "as for the squeeze: the price is the book's own, or the mark stays with the last index",
        "as for the squeeze, by the rules in force without the source",
        freeze,
        _both(Plan(push_bp=5_500)),
        {"premarket": Guard(_CLAMP, _WIDE, Plan(size_usd=80_000, push_bp=2_900))},
        {},
    ),
    Attack(
        "share-count",
        "the company has more shares than was thought, and the attacker knew",
        "nobody: equity stays the same to the micro-dollar",
        "for each wallet a micro-dollar, and half a spread of one lot",
        surprise,
        _both(Plan(size_usd=10_000)),
        {},
        {},
    ),
)

ATTACKS: Final[dict[str, Attack]] = {attack.name: attack for attack in (*_TRADED_UP, *_DECEIVED)}


def run(
    attack: Attack,
    preset: str,
    plan: Plan | None = None,
    differences: Mapping[str, Any] | None = None,
) -> Outcome:
    """The outcome of an attack in a market of a preset, with differences on top."""
    chosen = plan or attack.plans[preset]
    given = {**attack.needs, **(differences or {})}
    world = World(preset, chosen.wallets, chosen.capital_usd, given, chosen.downwards)
    bound = attack.script(world, chosen)
    world.leave()
    return _outcome(attack, preset, world, bound)


def worth_of_guard(attack: Attack, preset: str) -> tuple[int, int] | None:
    """The attacker's profit with and without the guarding rule, micro-USD, by the same plan."""
    guard = attack.guards.get(preset)
    if guard is None:
        return None
    guarded = run(attack, preset, guard.plan)
    return guarded.profit_e6, run(attack, preset, guard.plan, guard.without).profit_e6


def _outcome(attack: Attack, preset: str, world: World, bound: int) -> Outcome:
    market = world.market
    record = world.record
    vault = market.losses.vault
    accounts = [world.account(who) for who in (*world.honest, *world.wallets)]
    negative = sum(min(0, questions.account_equity(account)) for account in accounts)
    capital = market.losses.vault_capital_e6
    missing = abs(questions.solvency(market.dex).difference)
    return Outcome(
        attack.name,
        preset,
        world.capital_e6,
        sum(world.worth(who) for who in world.wallets) - world.capital_e6,
        bound,
        sum(world.worth(who) - world.started[who] for who in world.honest),
        market.losses.fund.balance - record.fund_e6,
        0 if vault is None else world.worth(vault.user.address) - capital,
        market.dex.ledger.fees.balance - record.fees_e6,
        sum(who in world.started for who in record.liquidated),
        record.deleveraged_e6,
        record.by_venue_e6 - negative + missing,
        record.mark_move_e6,
    )

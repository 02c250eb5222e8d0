"""F16: a price falls (or rises) by 60 % in ten minutes on a crowd at the highest leverage.

A seed draws the policy, who holds what with which margin, how thin the book is, what fund, vault
and providers have, and the way down: by the rules of the preset, or (swift) with a mark that
follows at once, gently or in jumps. In some markets one account has the whole open interest of a
side. All must end solvent, and every event be what the auditor foretells.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final, NamedTuple

import msgspec

from bellwether.lab.sole_market import CUSTODIAN, person
from bellwether.schema import codes
from bellwether.schema.commands import PayInCapital, SetAssignment
from bellwether.schema.events import (
    AutoDeleveraged,
    Event,
    LiquidationStarted,
)
from bellwether.schema.presets import PREMARKET
from bellwether.testing.campaigns.markets.stage import (
    ROUND_NS,
    Broken,
    Stage,
)
from bellwether.units.quantities import NS_PER_MINUTE, USD

UPDATES: Final = 200
"""Of the ten minutes."""

SOURCES: Final = ("one", "two", "three")
MAKERS: Final = (person(0x10, 1), person(0x10, 2))
PROVIDERS: Final = (person(0x20, 1), person(0x20, 2))
WHALE: Final = person(0x30, 0)
LADDER: Final = "ladder"
PROTECTION: Final = "equity protection"
POLICIES: Final = (LADDER, PROTECTION)
"""How the policies of `ipop` (LIQ-2) and `premarket` (LIQ-3) are called in the figures."""

MAKER_USD: Final = 3_000_000
PROVIDER_USD: Final = 60_000
SWIFT_ORACLE: Final = {
    "time_constant_ns": 1_000_000,
    "step_cap_e6": 10_000_000_000,
    "move_limit_e6": 900_000,
    "basis_time_constant_ns": 1_000_000,
    "impact_notional_e6": 10 * USD,
    "band_e12": 990_000_000_000,
}
_AFTER_UPDATES: Final = 40
_SLOW_MINUTES: Final = 200
"""An index that may move 10 % an hour has gone through all margins by then (PRICE-16)."""


class Fall(NamedTuple):
    """What a seed has drawn. Money is USD; `whole` is one account against all others, and
    `is_turned` a market in the margin mode that its preset does not have."""

    preset: str
    is_up: bool
    swift: bool
    whole: bool
    pairs: int
    fund: int
    vault: int
    has_providers: bool
    thin: int
    jumpy: bool
    adl: str
    is_turned: bool

    @property
    def policy(self) -> str:
        """The liquidation policy's name."""
        return LADDER if self.preset == "ipop" else PROTECTION


class Toll(msgspec.Struct):
    """Who paid, micro-USD: what those who were liquidated lost, what fund, vault and providers
    lost, and what the other side gave up against the mark by being deleveraged."""

    liquidated: int = 0
    deleveraged: int = 0
    owners: int = 0
    fund: int = 0
    vault: int = 0
    providers: int = 0
    other_side: int = 0

    def counts(self, fall: Fall) -> dict[str, int]:
        """The figures by name, money in whole USD."""
        named = {
            "cascades": 1,
            "one account against all": int(fall.whole),
            "accounts liquidated": self.liquidated,
            "positions deleveraged": self.deleveraged,
            "paid by their owners, USD": self.owners // USD,
            "paid by the fund, USD": self.fund // USD,
            "paid by the vault, USD": self.vault // USD,
            "paid by providers, USD": self.providers // USD,
            "given up by the other side, USD": self.other_side // USD,
        }
        return {f"{fall.policy}: {name}": number for name, number in named.items()}


def draw_fall(seed: int) -> Fall:
    """The market of a seed."""
    luck = Random(f"cascade {seed}")
    preset = ("ipop", "premarket")[seed % 2]
    adl = luck.choice(("ranked", "pro_rata")) if luck.random() < 0.3 else ""
    return Fall(
        preset,
        luck.random() < 0.35,
        luck.random() < 0.75,
        luck.random() < 0.3,
        luck.randrange(8, 19),
        luck.choice((0, 0, 500, 10_000, 200_000)),
        luck.choice((0, 0, 5_000, 40_000)) if preset == "ipop" else 0,
        luck.random() < 0.5,
        luck.choice((100, 400, 1_500, 4_000)),
        luck.random() < 0.5,
        adl,
        luck.random() < 0.3,
    )


def cascade(seed: int) -> Toll:
    """Lives a market through its fall. Raises Broken, and whatever the engine asserts."""
    fall = draw_fall(seed)
    crowd = _Crowd(fall, Random(seed))
    crowd.move_in()
    crowd.fall_through()
    crowd.stage.end()
    if crowd.stage.market.status != codes.OPEN:
        raise Broken("the market has halted")
    return crowd.toll()


class _Crowd:
    """The people of a market and what becomes of them."""

    def __init__(self, fall: Fall, luck: Random) -> None:
        self.fall = fall
        self._luck = luck
        pairs = range(fall.pairs)
        self._longs = [person(0x40, n) for n in pairs]
        self._shorts = [person(0x50, n) for n in pairs]
        if fall.whole:
            # Of the side that the price goes against.
            crowd = self._shorts if fall.is_up else self._longs
            crowd[:] = [WHALE] * fall.pairs
        # Nine of ten have the highest leverage, and hardly more than its margin.
        self._leverage = [5 if luck.random() < 0.9 else luck.randrange(1, 5) for _ in pairs]
        self._usd = [int(10 ** luck.uniform(2.5, 4.3)) for _ in pairs]
        people = dict.fromkeys((*MAKERS, *PROVIDERS), 0)
        people |= dict.fromkeys(MAKERS, MAKER_USD * USD)
        people |= dict.fromkeys(PROVIDERS, PROVIDER_USD * USD)
        people |= self._margins()
        self.stage = Stage(fall.preset, people, SOURCES, True, **_differences(fall))
        self._started: dict[bytes, int] = {}
        self._ruined: set[bytes] = set()
        self._toll = Toll()
        self._fund = 0

    def _margins(self) -> dict[bytes, int]:
        """What everybody has: enough for the position by the tiers of the preset, and a bit."""
        money: dict[bytes, int] = {}
        rows = zip(self._longs, self._shorts, self._usd, self._leverage, strict=True)
        for long, short, usd, leverage in rows:
            for who in (long, short):
                share = 1 / leverage
                if self.fall.preset == "premarket":
                    held = sum(self._usd) if who == WHALE else usd
                    tiers = [t for t in PREMARKET.whole_tiers if t.lower_bound_e6 <= held * USD]
                    share = max(share, tiers[-1].initial_e6 / 10**6)
                slack = 1.012 + self._luck.random() * 0.03
                money[who] = money.get(who, 0) + int(usd * USD * share * slack)
        return money

    def move_in(self) -> None:
        """Capital, positions, and a book that is thin."""
        stage, fall = self.stage, self.fall
        if fall.preset == "premarket":
            for source in SOURCES:
                stage.observe(source, stage.reference)
        stage.wait()
        for number, (usd, is_vault) in enumerate(((fall.fund, False), (fall.vault, True))):
            if usd:
                stage.run(PayInCapital(CUSTODIAN, number + 1, 0, is_vault, usd * USD, str(number)))
        for who in MAKERS:
            stage.choose(who, 1)
        rows = zip(self._longs, self._shorts, self._usd, self._leverage, strict=True)
        for long, short, usd, leverage in rows:
            for who in (long, short):
                if stage.position(who) == 0:
                    stage.choose(who, 5 if who == WHALE else leverage)
            stage.meet(long, short, stage.sized(usd, stage.reference), stage.reference)
        if fall.has_providers and fall.preset == "premarket":
            self._opt_in()
        self._quote(stage.reference)
        self._started = {who: stage.worth(who) for who in self._people}
        self._fund = stage.market.losses.fund.balance

    @property
    def _people(self) -> list[bytes]:
        return [*dict.fromkeys((*self._longs, *self._shorts)), *PROVIDERS]

    def _opt_in(self) -> None:
        stage = self.stage
        for who in PROVIDERS:
            most = stage.sized(self._luck.choice((500, 20_000)), stage.reference)
            days = codes.EVERY_DAY
            stage.run(SetAssignment(*stage.head(who), 0, True, True, most, 10 * most, 100, days))

    def _quote(self, middle: int) -> None:
        steps = self._luck.choice(((30,), (40, 120), (50, 100, 300)))
        self.stage.quote(MAKERS, middle, steps, self.fall.thin)

    def fall_through(self) -> None:
        """The ten minutes, and what comes after them."""
        luck, fall = self._luck, self.fall
        goal = 1.6 if fall.is_up else 0.4
        place = 0.0
        for update in range(1, UPDATES + 1):
            if not fall.jumpy:
                place = update / UPDATES
            elif luck.random() < 0.05 or update == UPDATES:
                place = 1.0 if update == UPDATES else luck.uniform(place, update / UPDATES)
            self._step(int(self.stage.reference * goal**place), update % 5 == 0 or fall.swift)
        middle = int(self.stage.reference * goal)
        for update in range(_AFTER_UPDATES):
            self._step(middle, update % 5 == 0)
        if fall.preset == "premarket" and not fall.swift:
            for minute in range(_SLOW_MINUTES):
                if minute % 10 == 0:
                    self._tell(middle)
                    self._quote(middle)
                self._take(self.stage.wait(NS_PER_MINUTE))

    def _step(self, middle: int, is_quoted: bool) -> None:
        if is_quoted:
            self._tell(middle)
            self._quote(middle)
        self._take(self.stage.wait(ROUND_NS))

    def _tell(self, middle: int) -> None:
        if self.fall.preset == "premarket":
            for source in SOURCES:
                self._take(self.stage.observe(source, middle))

    def _take(self, events: list[Event]) -> None:
        """Who was closed out, and at which price against the mark."""
        mark = self.stage.market.mark_price
        for event in events:
            if isinstance(event, LiquidationStarted):
                mark = event.mark_price
                self._ruined.add(event.account)
            elif isinstance(event, AutoDeleveraged):
                self._toll.deleveraged += 1
                gain = event.price - mark if event.is_buy else mark - event.price
                self._toll.other_side -= event.lots * gain

    def toll(self) -> Toll:
        """Who paid in the end."""
        stage, toll = self.stage, self._toll
        lost = {who: was - stage.worth(who) for who, was in self._started.items()}
        toll.liquidated = len(self._ruined)
        toll.owners = sum(lost[who] for who in self._ruined if who in self._started)
        toll.fund = self._fund - stage.market.losses.fund.balance
        toll.providers = sum(lost[who] for who in PROVIDERS)
        losses = stage.market.losses
        if losses.vault is not None and self.fall.vault:
            toll.vault = losses.vault_capital_e6 - stage.worth(losses.vault.user.address)
        return toll


def _differences(fall: Fall) -> dict[str, Any]:
    found: dict[str, Any] = {"adl": fall.adl} if fall.adl else {}
    if fall.vault:
        found["losses"] = {"backstop_loss_limit_e6": fall.vault * USD}
    if fall.is_turned:
        found["margin_mode"] = codes.CROSS if fall.preset == "ipop" else codes.STRICT_ISOLATED
    if not fall.swift:
        return found
    if fall.preset == "ipop":
        return {**found, "oracle": SWIFT_ORACLE}
    assert PREMARKET.index is not None, "this preset has an index"
    free = {"smoothing_ns": 1, "minute_limit_e6": 990_000, "hour_limit_e6": 990_000}
    return {
        **found,
        "index": msgspec.structs.replace(PREMARKET.index, max_dispersion_e6=10**9, **free),
    }

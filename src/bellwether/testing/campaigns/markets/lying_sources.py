"""F14: sources of prices lie, of each design of a market, beside a twin that is told the truth.

What is claimed, of every seed:

- *Honest majority.* Nobody is liquidated who would not be under the true price. The true price is
  what the honest sources have said: a long is liquidated rightly if it is below maintenance at the
  lowest price that any of them has told so far, less the tolerance; a short at the highest.
  The tolerance is what the rules let a mark be beside its index (PRICE-9), and the spread of the
  book. An honest majority is
  - before a listing of `ipop`: nobody, for no source has a say; the twin's prices are the same;
  - after it, and of `xstock`: more than half of the fresh sources, at least two, and no two of the
    honest further apart than what still counts (PRICE-19: 5 %);
  - of `premarket`: more than half of the weight. One liar of three or more never has that much,
    however much it says (PRICE-15: 34 %); two of five do not if they say no more than others.
- *No honest majority.* From the lowest (highest) honest price on, the oracle has moved no faster
  than its rules let it: 0.5 % an update (PRICE-20), of `premarket` 1 % a minute and 10 % an hour
  (PRICE-16); and no further than the furthest lie. The tolerance comes on top.
- *Always.* What `Stage` looks at (I1 to I5, I15), and no liquidation on an index that is too old or
  has been frozen for too long (I11).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final, NamedTuple, final

import msgspec

from bellwether.lab.sole_market import person
from bellwether.schema import codes
from bellwether.schema.events import Event, IndexPublished, LiquidationStarted
from bellwether.schema.presets import PREMARKET
from bellwether.testing.campaigns.markets.sources import LIES, Honest, Moment, Said, draw_path
from bellwether.testing.campaigns.markets.stage import ROUND_NS, Broken, Stage
from bellwether.units.division import mul_div_down, mul_div_up
from bellwether.units.quantities import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, USD

DESIGNS: Final = ("ipop", "standard_equity", "premarket", "xstock")
MAKERS: Final = (person(0x10, 1), person(0x10, 2))
MAKER_USD: Final = 20_000_000
HONEST: Final = "honest majority"
DISHONEST: Final = "no honest majority"
MAJORITIES: Final = (HONEST, DISHONEST)
SPREAD_BP: Final = 10
_BP: Final = 10_000
_QUOTED_USD: Final = 30_000
_ROUNDS: Final = {"ipop": 80, "standard_equity": 80, "premarket": 100, "xstock": 80}
_OBSERVED_NS: Final = 2 * NS_PER_MINUTE
_MARK_NS: Final = 30 * NS_PER_S
"""How long a round of a `premarket` is, and how often it is marked here."""

_NEAR_BP: Final = {10: (500, 470), 5: (1_100, 900)}
"""By leverage: a fall, and a rise, that are not quite enough to liquidate the first."""

_AUDITED: Final = 7
"""Every so many-th seed is audited as well, of each design."""


class Story(NamedTuple):
    """What a seed has drawn. `lies` are by liar; the honest are `delays` rounds late."""

    seed: int
    design: str
    lies: tuple[str, ...]
    delays: tuple[int, ...]
    noise_bp: int
    goal_bp: int
    down: bool
    begins: int
    talks_much: bool

    @property
    def has_majority(self) -> bool:
        """Are the honest the majority that the design demands?"""
        return self.design == "ipop" or len(self.lies) < len(self.delays)

    @property
    def preset(self) -> str:
        """What the market is before it has listed."""
        return "ipop" if self.design in ("ipop", "standard_equity") else "premarket"


class Told(msgspec.Struct):
    """Figures of a story. `early` were liquidated and not in the twin: within the tolerance, or
    because the honest had no majority."""

    story: Story
    liquidated: int = 0
    early: int = 0
    frozen: int = 0

    def counts(self) -> dict[str, int]:
        """The figures by name."""
        who = HONEST if self.story.has_majority else DISHONEST
        return {
            **{f"{who}: markets of {name}": int(name == self.story.design) for name in DESIGNS},
            f"{who}: liquidated": self.liquidated,
            f"{who}: liquidated, and not in the twin": self.early,
            f"{who}: times an index was frozen": self.frozen,
        }


def leverage_of(design: str) -> int:
    """The highest for small positions (INST-3 to INST-5)."""
    return 10 if design in ("standard_equity", "xstock") else 5


def draw_story(seed: int) -> Story:
    """What is told in a seed."""
    luck = Random(f"sources {seed}")
    design = DESIGNS[seed % 4]
    total = luck.choice((3, 3, 4, 5))
    liars = (
        1 if design == "premarket" and luck.random() < 0.7 else luck.randint(1, (total - 1) // 2)
    )
    if luck.random() < 0.3:
        liars = luck.choice((total, total, total - 1, (total + 1) // 2))
    names = list(LIES)
    lies = tuple(luck.choice(names) for _ in range(liars))
    if luck.random() < 0.5:
        # They have agreed on it.
        lies = (lies[0],) * liars
    fall, rise = _NEAR_BP[leverage_of(design)]
    goal = luck.choice((0, -fall, rise, -fall, rise, -2 * fall, 2 * rise))
    delays = tuple(luck.randrange(3) for _ in range(total - liars))
    noise = luck.choice((0, 5, 15))
    begins = luck.randrange(2, _ROUNDS[design] // 2)
    much = design == "premarket" and liars == 1
    # Most lies go on in the direction of the truth, where somebody is near.
    down = luck.random() < (0.8 if goal < 0 else 0.2 if goal > 0 else 0.5)
    return Story(seed, design, lies, delays, noise, goal, down, begins, much)


def lied_to(seed: int) -> Told:
    """Lives a market and its twin through a story. Raises Broken, and what the engine asserts."""
    story = draw_story(seed)
    told = Told(story)
    market = _Market(story, seed % _AUDITED == 0, True)
    twin = _Market(story, False, False)
    for number in range(_ROUNDS[story.design]):
        market.round(number)
        twin.round(number)
        if story.design == "ipop" and market.marks() != twin.marks():
            raise Broken("a source moved the price of an unlisted company (PRICE-19)")
    market.stage.end()
    told.frozen = market.frozen
    told.liquidated = len(market.ruined)
    told.early = len(market.ruined - twin.ruined)
    if story.design == "ipop" and market.ruined != twin.ruined:
        raise Broken("a source of an unlisted company liquidated somebody (PRICE-19)")
    return told


@final
class _Market:
    """A market of a story; where it is not `lied_to` the liars say the truth."""

    def __init__(self, story: Story, audited: bool, lied_to: bool) -> None:
        self.story = story
        self.ruined: set[bytes] = set()
        self.frozen = 0
        self._lied_to = lied_to
        self._luck = Random(story.seed)
        self._honest = [
            Honest(delay, story.noise_bp, Random(f"{story.seed} {number}"))
            for number, delay in enumerate((*story.delays, *(0 for _ in story.lies)))
        ]
        self._names = [f"source {number}" for number in range(len(self._honest))]
        self._longs = [person(0x40, n) for n in range(8)]
        self._shorts = [person(0x50, n) for n in range(8)]
        self._usd = [self._luck.randrange(300, 1_500) for _ in self._longs]
        self.stage = Stage(
            story.preset, self._money(), self._names, audited, **_differences(story.preset)
        )
        self._lowest = self._highest = self.stage.reference
        self._lowest_lie = self._highest_lie = self.stage.reference
        self._lying_ns = 0
        self._index_ns = 0
        self._frozen_ns = 0
        self._move_in()
        self._path = draw_path(
            self.stage.reference, _ROUNDS[story.design], story.goal_bp, Random(f"p {story.seed}")
        )

    def _money(self) -> dict[bytes, int]:
        """A margin for each that is hardly more than it needs, or up to twice that."""
        money = dict.fromkeys(MAKERS, MAKER_USD * USD)
        share = _BP // leverage_of(self.story.design)
        for people in (self._longs, self._shorts):
            for who, usd in zip(people, self._usd, strict=True):
                bp = int(share * (1.015 + self._luck.random() ** 3))
                money[who] = mul_div_up(usd * USD, bp, _BP)
        return money

    def _move_in(self) -> None:
        stage = self.stage
        if self.story.preset == "premarket":
            for name in self._names:
                stage.observe(name, stage.reference)
        stage.wait()
        if self.story.design in ("standard_equity", "xstock"):
            self._list()
        for who in MAKERS:
            stage.choose(who, 1)
        leverage = leverage_of(self.story.design)
        for long, short, usd in zip(self._longs, self._shorts, self._usd, strict=True):
            for who in (long, short):
                stage.choose(who, leverage)
            stage.meet(long, short, stage.sized(usd, stage.reference), stage.reference)
        for who in (*self._longs, *self._shorts):
            assert stage.position(who) != 0, "everybody has a position"

    def _list(self) -> None:
        """The listing is confirmed, and all sources agree until the market has converted."""
        stage = self.stage
        stage.confirm_listing(stage.reference)
        while stage.market.phase != codes.LISTED:
            for name in self._names:
                stage.say(name, stage.reference)
            stage.wait()

    def marks(self) -> tuple[int, int]:
        """Oracle and mark."""
        return self.stage.market.oracle_price, self.stage.market.mark_price

    def round(self, number: int) -> None:
        """The sources speak, makers quote the truth, time passes, and what follows is judged."""
        story, stage = self.story, self.stage
        path = self._path[: number + 1]
        round_ns = _OBSERVED_NS if story.design == "premarket" else ROUND_NS
        for place, name in enumerate(self._names):
            liar = place - len(story.delays)
            said = [self._honest[place].say(path)]
            is_lie = self._lied_to and liar >= 0 and number >= story.begins
            if is_lie:
                said = self._lie(story.lies[liar], path, number)
            for each in said:
                self._take_in(name, each, round_ns, is_lie)
        if number % 4 == 0:
            stage.quote(MAKERS, path[-1], (SPREAD_BP,), _QUOTED_USD)
        self._lowest = min(self._lowest, path[-1])
        self._highest = max(self._highest, path[-1])
        if self._lied_to and number >= story.begins and not self._lying_ns:
            self._lying_ns = stage.now
        stage.now += round_ns - ROUND_NS
        self._judge(stage.wait())

    def _lie(self, name: str, path: Sequence[int], number: int) -> list[Said]:
        story = self.story
        # Liars who have agreed draw the same.
        luck = Random(f"{story.seed} {number} {name}")
        said = LIES[name](Moment(path, number - story.begins, story.down, luck))
        if not story.talks_much:
            return said
        assert PREMARKET.index is not None, "this preset has an index"
        kinds = [kind.name for kind in PREMARKET.index.kinds]
        return [each._replace(kind=kind) for each in said for kind in kinds]

    def _take_in(self, name: str, said: Said, round_ns: int, is_lie: bool) -> None:
        stage = self.stage
        seen_ns = stage.now - said.rounds_ago * round_ns
        if is_lie:
            if 0 < said.price <= 100 * stage.reference:
                self._lowest_lie = min(self._lowest_lie, said.price)
                self._highest_lie = max(self._highest_lie, said.price)
        else:
            self._lowest = min(self._lowest, said.price)
            self._highest = max(self._highest, said.price)
        if self.story.design == "premarket":
            kind = said.kind or "secondary_trade"
            self._judge(stage.observe(name, said.price, kind, seen_ns))
        else:
            stage.say(name, said.price, seen_ns)

    def _judge(self, events: list[Event]) -> None:
        """Every liquidation was right. Raises Broken."""
        for event in events:
            if isinstance(event, IndexPublished):
                self._follow_index(event)
            elif isinstance(event, LiquidationStarted):
                self._check_age()
                if event.account not in self.ruined and self._lied_to:
                    self._check(event)
                self.ruined.add(event.account)

    def _follow_index(self, event: IndexPublished) -> None:
        if event.reason == 0:
            self._index_ns, self._frozen_ns = event.time_ns, 0
        elif self._frozen_ns == 0:
            self.frozen += 1
            self._frozen_ns = event.time_ns

    def _check_age(self) -> None:
        """No liquidation on an index of yesterday (PRICE-9, PRICE-15). Raises Broken."""
        if self.story.design != "premarket":
            return
        assert PREMARKET.index is not None, "this preset has an index"
        now, index = self.stage.now, PREMARKET.index
        if now - self._index_ns > index.max_age_ns:
            raise Broken("liquidated on a stale index (PRICE-9)")
        if self._frozen_ns and now - self._frozen_ns > index.freeze_grace_ns + _MARK_NS:
            raise Broken("liquidated on a frozen index (PRICE-15)")

    def _check(self, event: LiquidationStarted) -> None:
        """Below maintenance at the worst price that was true, or that the rules let be."""
        lowest, highest = self._worst()
        is_long = event.lots > 0
        price = lowest if is_long else highest
        equity = event.equity + event.lots * (price - event.mark_price)
        size = abs(event.lots)
        if equity >= self.stage.market.margin_table.maintenance(size * price):
            story = self.story
            side = "long" if is_long else "short"
            raise Broken(
                f"{story.design}: a {side} was liquidated at {event.mark_price}, and would not be"
                f" at {price}; lies: {', '.join(story.lies)}"
            )

    def _worst(self) -> tuple[int, int]:
        """The lowest and the highest mark that could be right by now."""
        low, high = self._lowest, self._highest
        if not self.story.has_majority and self._lying_ns:
            down, up = self._furthest()
            low = max(down, min(low, self._lowest_lie))
            high = min(up, max(high, self._highest_lie))
        index = self.stage.market.rules.index
        width = mul_div_up(index.mark_width_e12, 1, 10**8) if index is not None else 0
        tolerance = SPREAD_BP + width
        return mul_div_down(low, _BP - tolerance, _BP), mul_div_up(high, _BP + tolerance, _BP)

    def _furthest(self) -> tuple[int, int]:
        """How far the rules let a lie move the oracle since the lying began."""
        since = self.stage.now - self._lying_ns
        if self.story.design == "premarket":
            minutes = since // NS_PER_MINUTE + 1
            hours = since // NS_PER_HOUR + 1
            down = max(0.99**minutes, 0.90**hours)
            up = min(1.01**minutes, 1.10**hours)
        else:
            updates = since // ROUND_NS + 1
            down, up = 0.995**updates, 1.005**updates
        return int(self._lowest * down), int(self._highest * up) + 1


def _differences(preset: str) -> dict[str, Any]:
    return {"oracle": {"interval_ns": _MARK_NS}} if preset == "premarket" else {}

"""A new version of a market's specification (INST-1)."""

from __future__ import annotations

from bellwether.engine.acts.capital import REBASE, REVISION, record_capital
from bellwether.engine.limits.clocked import clocked_rules
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema.events import SpecificationChanged
from bellwether.schema.instrument import InstrumentSpec


def change_specification(
    turn: Turn, market: Market, spec: InstrumentSpec, grounds: str = "", a: int = 1, b: int = 1
) -> None:
    """Puts a version in force; liquidation looks at every position again under its rules.

    Another share count (or unit, or factor a/b other than 1) is a line of the capital ledger.
    """
    before = market.spec
    assert spec.version == before.version + 1, "versions follow one another"
    assert not spec.faults(), "a specification in force does not contradict itself"
    market.spec = spec
    market.versions.append(spec)
    market.epoch += 1
    adopt_rules(market, spec)
    turn.emit(SpecificationChanged(market.asset, turn.time_ns, spec))
    if a != b or spec.price_unit != before.price_unit:
        record_capital(turn, market, REBASE, grounds, a, b)
    elif _tells_other_shares(before, spec):
        record_capital(turn, market, REVISION, grounds, 1, 1)


def _tells_other_shares(before: InstrumentSpec, spec: InstrumentSpec) -> bool:
    return (
        spec.share_count != before.share_count
        or spec.share_count_as_of != before.share_count_as_of
        or spec.share_count_source != before.share_count_source
    )


def adopt_rules(market: Market, rules: InstrumentSpec) -> None:
    """Goes by these rules from now on, under the event clock, and has every position looked at."""
    rules = clocked_rules(rules, market.event_leverage)
    market.adopt(rules)
    market.recheck = True
    market.impact_version = -1
    if rules.index is None:
        market.prices.set_band(rules.oracle.band_e12)
    for holding in market.holders.values():
        holding.account.freshen()

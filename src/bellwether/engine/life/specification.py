"""A new version of a market's specification (INST-1)."""

from __future__ import annotations

from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema.events import SpecificationChanged
from bellwether.schema.instrument import InstrumentSpec


def change_specification(turn: Turn, market: Market, spec: InstrumentSpec) -> None:
    """Puts a version in force; liquidation looks at every position again under its rules."""
    assert spec.version == market.spec.version + 1, "versions follow one another"
    assert not spec.faults(), "a specification in force does not contradict itself"
    market.spec = spec
    market.versions.append(spec)
    market.epoch += 1
    adopt_rules(market, spec)
    turn.emit(SpecificationChanged(market.asset, turn.time_ns, spec))


def adopt_rules(market: Market, rules: InstrumentSpec) -> None:
    """Goes by these rules from now on, and has every position looked at again."""
    market.adopt(rules)
    market.recheck = True
    market.impact_version = -1
    if rules.index is None:
        market.prices.set_band(rules.oracle.band_e12)
    for holding in market.holders.values():
        holding.freshen()

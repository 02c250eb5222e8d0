"""How the numbers of a market came about at a moment, out of the journal alone (PRICE-18, RULE-7).

Reads what was recorded, without the venue's lock; `bellwether verify` is what recomputes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, final

import msgspec

from bellwether.formulas.bounds import band_edges_fine
from bellwether.formulas.mark import median3
from bellwether.formulas.twap import twap_atoms, twap_sum_after
from bellwether.journal import RealDisk, read_records
from bellwether.node.errors import DirectoryMissing
from bellwether.node.node import JOURNAL_NAME
from bellwether.node.recovery import Progress, no_progress
from bellwether.schema import codes, events
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.wire import decode_commands, decode_events
from bellwether.units.clock_text import format_time_ns
from bellwether.units.division import mul_div_half_even
from bellwether.units.fine_price import published_atoms
from bellwether.units.quantities import PRICE_AND_SIZE_DECIMALS
from bellwether.units.text import format_decimal

SESSIONS: Final = {number: name for name, number in codes.SESSIONS.items()}
FREEZES: Final = {1: "too few live sources", 2: "the sources are too far apart"}


class Row(msgspec.Struct, frozen=True):
    """One number and where it comes from: `seq` is the command that caused it, at `time_ns`."""

    what: str
    value: str
    how: str
    seq: int
    time_ns: int


class MarketUnknown(Exception):
    """No market of that name was listed by then."""


def explain(data_dir: Path, coin: str, time_ns: int, progress: Progress = no_progress) -> list[Row]:
    """Raises DirectoryMissing, MarketUnknown, and what reading the journal raises."""
    directory = data_dir / JOURNAL_NAME
    if not directory.is_dir():
        raise DirectoryMissing(f"{data_dir} holds no journal: {directory} is not there")
    history = _History(coin, time_ns)
    for record in read_records(RealDisk(), directory):
        commands = decode_commands(record.commands)
        for place, ((at_ns, _), caused) in enumerate(
            zip(commands, decode_events(record.events), strict=True)
        ):
            history.take(record.first_seq + place, at_ns, caused)
        progress(record.last_seq, record.last_seq)
        if record.time_ns > time_ns:
            break
    return history.rows()


@final
class _History:
    """The newest event of each kind up to the moment, and the average of the mark."""

    def __init__(self, coin: str, time_ns: int) -> None:
        self._coin = coin
        self._until = time_ns
        self._asset = -1
        self._spec: InstrumentSpec | None = None
        self._last: dict[object, tuple[Any, int, int]] = {}
        self._launched_ns = 0
        self._since_ns = 0
        self._mark = 0
        self._sum = 0

    def take(self, seq: int, at_ns: int, caused: list[Any]) -> None:
        for event in caused:
            when = getattr(event, "time_ns", 0) or at_ns
            if when > self._until:
                continue
            if isinstance(event, events.MarketListed):
                if event.spec.symbol == self._coin:
                    self._asset, self._spec = event.asset, event.spec
                    self._mark = event.spec.reference_atoms
                    self._keep(event, seq, when)
            elif getattr(event, "asset", None) == self._asset and self._asset >= 0:
                self._follow(event, when)
                self._keep(event, seq, when)

    def _keep(self, event: Any, seq: int, when: int) -> None:
        key: object = type(event)
        if isinstance(event, events.ObservationTaken):
            key = (type(event), event.source, event.kind)
        elif isinstance(event, events.ExternalPriceTaken | events.IndicationTaken):
            key = (type(event), event.source)
        self._last[key] = (event, seq, when)

    def _follow(self, event: Any, when: int) -> None:
        if isinstance(event, events.PhaseChanged):
            if event.phase == codes.PRE_LISTING and not self._launched_ns:
                self._launched_ns = self._since_ns = when
        elif isinstance(event, events.PricesPublished):
            self._hold_until(when)
            self._mark = event.mark_price
        elif isinstance(event, events.SpecificationChanged):
            self._spec = event.spec
        elif isinstance(event, events.MarketRebased):
            self._hold_until(when)
            self._sum = mul_div_half_even(self._sum, event.denominator, event.numerator)
        elif isinstance(event, events.MarketSettled):
            self._hold_until(when)
            self._until = when

    def _hold_until(self, when: int) -> None:
        if self._launched_ns:
            self._sum = twap_sum_after(self._sum, self._mark, when - self._since_ns)
            self._since_ns = when

    # -- telling --------------------------------------------------------------------------------
    def rows(self) -> list[Row]:
        """Raises MarketUnknown."""
        if self._spec is None:
            raise MarketUnknown(f"there was no market {self._coin} by then")
        self._hold_until(self._until)
        found: list[Row] = []
        for event, seq, when in self._last.values():
            tell = getattr(self, f"_tell_{type(event).__struct_config__.tag}", None)
            if tell is not None:
                found += [Row(what, value, how, seq, when) for what, value, how in tell(event)]
        lived = self._until - self._launched_ns
        if self._launched_ns and lived > 0:
            how = f"sum of mark x time / {format_decimal(lived, 9)} s since the launch"
            twap = self._price(twap_atoms(self._sum, lived))
            found.append(Row("average of the mark", twap, how, 0, self._until))
        return found

    def _price(self, atoms: int) -> str:
        assert self._spec is not None, "rows are told of a market that is there"
        return format_decimal(atoms, PRICE_AND_SIZE_DECIMALS - self._spec.size_decimals)

    def _fine(self, fine: int) -> str:
        return self._price(published_atoms(fine))

    def _tell_listed(self, event: events.MarketListed) -> list[tuple[str, str, str]]:
        reference = self._price(event.spec.reference_atoms)
        return [("initial reference", reference, f"specification, preset {event.spec.preset}")]

    def _tell_phase(self, event: events.PhaseChanged) -> list[tuple[str, str, str]]:
        return [("phase", codes.PHASE_NAMES[event.phase], "LIFE-1")]

    def _tell_prices(self, event: events.PricesPublished) -> list[tuple[str, str, str]]:
        assert self._spec is not None, "rows are told of a market that is there"
        oracle = ("oracle", self._price(event.oracle_price), "book or outside prices")
        if self._spec.index is not None:
            width = self._spec.index.mark_width_e12
            edges = band_edges_fine(event.oracle_price * 10**9, width)
            low, high = (self._fine(edge) for edge in edges)
            wanted = self._price(event.component_basis)
            how = f"index with basis {wanted}, held between {low} and {high} (PRICE-9)"
            return [
                ("index", oracle[1], "synthetic index"),
                ("mark", self._price(event.mark_price), how),
            ]
        parts = (event.component_oracle, event.component_basis, event.component_book)
        middle = median3(*parts)
        shown = ", ".join(self._price(part) for part in parts)
        how = f"median of oracle, oracle with basis, book: {shown}"
        if middle != event.mark_price:
            how += "; then the step limit and the bounds"
        return [oracle, ("mark", self._price(event.mark_price), f"{how} (PRICE-7, PRICE-8)")]

    def _tell_re_anchored(self, event: events.ReAnchored) -> list[tuple[str, str, str]]:
        bounds = f"bounds {self._fine(event.band_low_fine)} to {self._fine(event.band_high_fine)}"
        way = {1: "upwards", -1: "downwards", 0: "outside prices came or went"}[event.direction]
        return [("reference", self._fine(event.reference_fine), f"{way}, {bounds} (PRICE-11)")]

    def _tell_funding(self, event: events.FundingPaid) -> list[tuple[str, str, str]]:
        premium = format_decimal(event.premium_e12, 12)
        how = f"mean premium {premium} of {event.samples} samples, price "
        how += f"{self._price(event.oracle_price)} (FUND-2, FUND-5)"
        return [("funding rate, hourly", format_decimal(event.rate_e12, 12), how)]

    def _tell_index(self, event: events.IndexPublished) -> list[tuple[str, str, str]]:
        if event.reason:
            return [("index", self._fine(event.index_fine), f"frozen: {FREEZES[event.reason]}")]
        how = f"towards the weighted median {self._fine(event.median_fine)}, "
        how += f"method {event.method_version} (PRICE-16)"
        total = sum(weight for *_, weight in event.inputs) or 1
        found = [("index", self._fine(event.index_fine), how)]
        for source, kind, price, weight in event.inputs:
            share = format_decimal(mul_div_half_even(weight, 10_000, total), 2)
            found.append((f"input {source}", self._fine(price), f"{kind}, {share} % of the weight"))
        return found

    def _tell_uncrossed(self, event: events.AuctionUncrossed) -> list[tuple[str, str, str]]:
        if not event.lots:
            return []
        return [("call auction", self._price(event.price), "most lots, fewest left over (LIFE-2)")]

    def _tell_ramped(self, event: events.RampAdvanced) -> list[tuple[str, str, str]]:
        share = f"{format_decimal(event.weight_e12, 10)} %"
        return [("way to the new rules", share, "funding, bounds or clamp, leverage (LIFE-8)")]

    def _tell_indicated(self, event: events.IndicationTaken) -> list[tuple[str, str, str]]:
        how = f"{event.paired_shares} shares paired (LIFE-9)"
        return [(f"indicated by {event.source}", self._price(event.price), how)]

    def _tell_exchange_halted(self, event: events.ExchangeHaltTaken) -> list[tuple[str, str, str]]:
        state = "halted" if event.halted else "trading"
        return [(f"the exchange as {event.source} saw it", state, f"{event.reason} (PRICE-19)")]

    def _tell_observed(self, event: events.ObservationTaken) -> list[tuple[str, str, str]]:
        how = f"{event.kind}: {format_decimal(event.value_e6, 6)} USD ({event.unit})"
        how += ", held back as a likely split (PRICE-17)" if event.is_held else ""
        return [(f"observed by {event.source}", self._fine(event.price_fine), how)]

    def _tell_price_taken(self, event: events.ExternalPriceTaken) -> list[tuple[str, str, str]]:
        how = f"{SESSIONS[event.session]} session (PRICE-19)"
        return [(f"price of {event.source}", self._price(event.price), how)]

    def _tell_listing_confirmed(self, event: events.ListingConfirmed) -> list[tuple[str, str, str]]:
        how = f"{event.exchange}, {event.listed_as}, {event.structure}: {event.treatment} (LIFE-7)"
        return [("first price of the listing", self._price(event.cross_price), how)]

    def _tell_event_awaited(self, event: events.EventAwaited) -> list[tuple[str, str, str]]:
        how = f"{event.treatment}, or {event.otherwise} after the deadline (LIFE-7)"
        until = f"{event.event} by {format_time_ns(event.deadline_ns)}"
        return [("event that the listing waits for", until, how)]

    def _tell_event_decided(self, event: events.EventDecided) -> list[tuple[str, str, str]]:
        came = "declared" if event.happened else "not declared in time"
        return [(f"event {event.event}", came, f"{event.treatment} (LIFE-7)")]

    def _tell_rebased(self, event: events.MarketRebased) -> list[tuple[str, str, str]]:
        factor = f"{event.numerator}/{event.denominator}"
        return [("change of units", factor, "sizes times, prices divided by it (LIFE-10)")]

    def _tell_market_settled(self, event: events.MarketSettled) -> list[tuple[str, str, str]]:
        how = codes.METHOD_NAMES[event.method]
        how += f", {event.grounds} (LIFE-4)" if event.grounds else " (LIFE-4)"
        return [("settlement price", self._price(event.price), how)]

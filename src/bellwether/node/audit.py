"""A journal held against the rules by the auditor, while it is recomputed (RULE-8).

The auditor reads commands and recorded events; it knows nothing of the engine. What it makes of
them, every balance and position, is then compared with the state that the engine has recomputed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

import msgspec

from bellwether.audit.auditor import Auditor
from bellwether.audit.things import User
from bellwether.engine.engine import Engine
from bellwether.engine.state.account import Account
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.market import Market
from bellwether.journal import Record
from bellwether.node.recovery import read_applied
from bellwether.schema.event import Event

PARTIES: Final = ("account", "taker", "maker", "counterparty", "source", "destination")
"""Fields of events that name an account."""


class AuditReport(msgspec.Struct, frozen=True):
    """`kinds` has how many events of each kind were predicted, checked and merely accepted.

    `unknown` are kinds and rules that the auditor has never heard of. Where its picture and the
    venue's part after that, nobody is at fault: `lost` says where, and the rest is accepted unseen.
    `finding` is the first, empty for none.
    """

    commands: int
    kinds: dict[str, dict[str, int]]
    unknown: tuple[str, ...]
    compared: int
    finding: str = ""
    seq: int = 0
    lost: str = ""

    @property
    def ok(self) -> bool:
        return not self.finding

    @property
    def summary(self) -> str:
        """One line for a person."""
        if self.finding:
            return f"AUDIT: {self.finding} Nothing after it was audited."
        total = dict.fromkeys(("predicted", "checked", "accepted"), 0)
        for counts in self.kinds.values():
            for way, count in counts.items():
                total[way] += count
        return (
            f"audited {self.commands} commands; events: {total['predicted']} predicted, "
            f"{total['checked']} checked, {total['accepted']} accepted unseen; "
            f"{self.compared} balances and positions as the rules have them"
        )


@final
class Audit:
    """Goes along with a verification, record by record."""

    def __init__(self) -> None:
        self.auditor = Auditor()
        self.compared = 0
        self._difference = ""
        self._seq = 0
        self._lost = ""
        self._named: set[bytes] = set()

    def take(self, record: Record) -> None:
        """What a record says happened. Raises RecordUnreadable."""
        if self._has_ended():
            return
        for time_ns, command, caused in read_applied(record):
            if self.auditor.take(command, time_ns, caused) is not None:
                return
            self._named.update(named_in(caused))

    def compare(self, engine: Engine) -> None:
        """Accounts that the last records have named, as the engine has them after these."""
        named, self._named = self._named, set()
        self._look(engine, named)

    def finish(self, engine: Engine) -> None:
        """The end of the journal: every account."""
        self.auditor.finish()
        self._look(engine, set(self.auditor.users))

    @property
    def report(self) -> AuditReport:
        """What was found, and what was looked at."""
        found = self.auditor.finding
        unknown = tuple(sorted(self.auditor.unknown))
        text, seq = self._difference, self._seq
        if found is not None:
            text, seq = found.text, found.seq
        lost = self._lost or ("" if self.auditor.lost is None else self.auditor.lost.text)
        commands = self.auditor.seq
        return AuditReport(commands, self.auditor.tally, unknown, self.compared, text, seq, lost)

    def _has_ended(self) -> bool:
        return self.auditor.finding is not None or bool(self._difference)

    def _look(self, engine: Engine, named: Iterable[bytes]) -> None:
        if self._has_ended() or self._lost or self.auditor.lost is not None:
            return
        for difference in differences(engine, self.auditor, sorted(named)):
            if difference:
                text = f"after command {self.auditor.seq} {difference}."
                if self.auditor.unknown:
                    self._lost = text
                else:
                    self._difference, self._seq = text, self.auditor.seq
                return
            self.compared += 1


def named_in(caused: list[Event]) -> set[bytes]:
    """The accounts that events name."""
    found: set[bytes] = set()
    for event in caused:
        for name in PARTIES:
            value = getattr(event, name, None)
            if isinstance(value, bytes):
                found.add(value)
    return found


def differences(engine: Engine, auditor: Auditor, named: Iterable[bytes]) -> Iterable[str]:
    """A line for each thing that was compared: empty, or how engine and rules differ."""
    venue = engine.venue
    for dex in venue.dexes:
        yield from _of_house(dex, auditor)
        for market in dex.markets:
            yield from _of_market(market, auditor)
    for address in named:
        user = venue.users.get(address)
        known = auditor.users.get(address)
        if user is None or known is None:
            if (user is None) != (known is None):
                yield f"0x{address.hex()} has an account for one of them only"
            continue
        for account in user.accounts.values():
            yield from _of_account(account, known)


def _of_house(dex: Dex, auditor: Auditor) -> Iterable[str]:
    ours, theirs = dex.ledger, auditor.dexes[dex.name]
    where = f"of the dex {dex.name or 'main'}"
    yield _compared(f"the fees {where}", ours.fees.balance, theirs.fees)
    yield _compared(f"ROUNDING {where}", ours.rounding.balance, theirs.rounding)
    yield _compared(f"custody {where}", -ours.custody.balance, theirs.custody)


def _of_market(market: Market, auditor: Auditor) -> Iterable[str]:
    theirs = auditor.markets[market.asset]
    name = market.name
    prices = (market.mark_price, market.oracle_price, market.reference_fine)
    yield _compared(
        f"mark, oracle and reference of {name}",
        prices,
        (theirs.mark, theirs.oracle, theirs.prices.reference),
    )
    index = (market.funding_index_e12, market.funding_account.balance, market.clearing.balance)
    yield _compared(
        f"funding index, funding account and clearing of {name}",
        index,
        (theirs.funding_index, theirs.funding_pool, theirs.clearing),
    )
    fund = market.losses.fund.balance
    yield _compared(f"the insurance fund of {name}", fund, theirs.losses.fund)
    state = (market.phase, market.status, market.spec.version)
    yield _compared(
        f"phase, status and version of {name}",
        state,
        (theirs.phase, theirs.status, theirs.spec.version),
    )


def _of_account(account: Account, known: User) -> Iterable[str]:
    dex = account.dex.name
    who = f"0x{known.address.hex()} in {dex or 'main'}"
    yield _compared(f"the cash of {who}", account.cash.balance, known.cash.get(dex))
    yield _compared(f"the rewards of {who}", account.reward_e6, known.rewards.get(dex, 0))
    live = list(known.orders.get(dex, {}))
    yield _compared(f"the live orders of {who}", list(account.orders), live)
    for holding in account.held:
        theirs = known.positions.get(holding.market.asset)
        rules = (holding.lots, holding.cost, holding.margin.balance)
        mine = (0, 0, 0) if theirs is None else (theirs.lots, theirs.cost, theirs.margin)
        what = f"lots, cost and margin of {who}, {holding.market.name},"
        yield _compared(what, rules, mine)


def _compared(what: str, engine: object, rules: object) -> str:
    return "" if engine == rules else f"{what} are {engine} and should be {rules}"

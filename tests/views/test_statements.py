"""Statements add up to what stands in the ledger, whatever an account lives through (IFACE-8)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.engine.handlers.sub_accounts import sub_account_address
from bellwether.engine.state.account import Account
from bellwether.node.founding.dev_keys import dev_address
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    CreateSubAccount,
    Credit,
    Debit,
    DecideProposal,
    RebaseMarket,
    SetTradingStatus,
    SubmitExternalPrice,
    SubmitObservation,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.schema.events import Event, FundingPaid, FundingSettled, ProposalMade
from bellwether.views.history.ledger_updates import WITHIN
from bellwether.views.history.statements import EVERYTHING, Statement
from tests.views.world import CBRS, SPCX, START_MS, World, address, operator

ANTH = 1
USD = 10**6
LAST = 1 << 53
FAR_DAY = 1 << 40
WHO = st.integers(0, 3)
MARKETS = st.sampled_from([CBRS, CBRS, CBRS, ANTH, SPCX])
STEPS = st.one_of(
    st.tuples(st.just("order"), WHO, MARKETS, st.booleans(), st.integers(80, 120)),
    st.tuples(st.just("order"), WHO, MARKETS, st.booleans(), st.integers(97, 103)),
    st.tuples(st.just("order"), WHO, MARKETS, st.booleans(), st.sampled_from([99, 100, 100, 101])),
    st.tuples(st.just("wait"), st.integers(1, 9_000)),
    st.tuples(st.just("wait"), st.integers(20_000, 90_000)),
    st.tuples(st.just("push"), st.integers(78, 122)),
    st.tuples(st.just("value"), st.integers(60, 140)),
    st.tuples(st.just("move"), WHO, WHO, st.booleans(), st.booleans(), st.integers(1, 30_000)),
    st.tuples(st.just("credit"), WHO, st.booleans(), st.integers(1, 10**9)),
    st.tuples(st.just("debit"), WHO, st.booleans(), st.integers(1, 10**10)),
    st.tuples(st.just("margin"), WHO, st.integers(1, 10**9)),
    st.tuples(st.just("leverage"), WHO, MARKETS, st.integers(1, 5)),
    st.tuples(st.just("rebase"), MARKETS, st.integers(1, 7), st.integers(1, 7)),
    st.tuples(st.just("list")),
    st.tuples(st.just("settle"), MARKETS, st.integers(40, 200)),
    st.tuples(st.just("halt"), MARKETS, st.integers(0, 3)),
)


class Lives(World):
    """Four accounts; four more quote far away, so that marks can be pushed."""

    def step(self, step: Any) -> None:
        match step:
            case ("order", who, asset, is_buy, percent):
                price = self.tick(asset, self.mark(asset) * percent // 100)
                tif = codes.IOC if percent % 2 else codes.GTC
                usd = 300_000 if asset == CBRS else 20_000
                if asset == ANTH:
                    self.value(100)
                self.order(who, is_buy, self.size(asset, usd), price, asset=asset, tif=tif)
            case ("wait", seconds):
                self.advance(seconds)
            case ("push", percent):
                self.push(percent)
            case ("value", percent):
                self.value(percent)
                self.advance(1_800)
            case ("move", who, whom, is_main, to_main, usd):
                self.move(who, whom, is_main, to_main, usd)
            case ("credit", who, is_main, amount):
                self.money(Credit, who, is_main, amount)
            case ("debit", who, is_main, amount):
                self.money(Debit, who, is_main, amount)
            case ("margin", who, amount):
                head = (address(who), b"", self.nonce(), 0)
                self.apply(UpdateIsolatedMargin(*head, CBRS, amount))
            case ("leverage", who, asset, times):
                head = (address(who), b"", self.nonce(), 0)
                self.apply(UpdateLeverage(*head, asset, asset == ANTH, times))
            case ("rebase", asset, a, b):
                self.decided(
                    RebaseMarket(operator(0), self.nonce(), asset, a, b, "split", "It was split.")
                )
            case ("list",):
                self.list()
            case ("settle", asset, percent):
                price = max(self.mark(asset) * percent // 100, 1)
                self.decided(self.settling(price, asset))
            case ("halt", asset, status):
                self.apply(SetTradingStatus(operator(0), self.nonce(), asset, status, "a test"))

    def mark(self, asset: int) -> int:
        return self.engine.venue.markets[asset].mark_price

    def tick(self, asset: int, price: int) -> int:
        return max(price - price % (100 if asset == ANTH or price > 99_999 else 1), 100)

    def size(self, asset: int, usd: int) -> int:
        """Lots worth so many dollars."""
        return max(usd * USD // self.mark(asset), 1)

    def decided(self, command: Any) -> None:
        made = [e for e in self.apply(command) if isinstance(e, ProposalMade)]
        if made:
            self.decide(made[0].proposal_id)

    def decide(self, proposal: int) -> list[Event]:
        return list(self.apply(DecideProposal(operator(1), self.nonce(), proposal, True)))

    def push(self, percent: int) -> None:
        """The makers quote elsewhere for a while: the oracle and the mark of CBRS follow."""
        price = self.tick(CBRS, self.mark(CBRS) * percent // 100)
        lots = self.size(CBRS, 40_000)
        for account, is_buy, away in ((6, True, 99), (7, False, 101)):
            self.order(account, is_buy, lots, self.tick(CBRS, price * away // 100), tif=codes.ALO)
        self.advance(600)

    def value(self, percent: int) -> None:
        """Every source sees another worth of ANTH."""
        worth = 2_078 * 10**9 * percent // 100 * USD
        for source in ("alpha", "beta", "gamma", "delta"):
            seen = self.clock.time_ns()
            self.apply(
                SubmitObservation(
                    operator(0),
                    self.nonce(),
                    ANTH,
                    source,
                    "secondary_trade",
                    worth,
                    "valuation",
                    0,
                    "",
                    0,
                    seen,
                )
            )

    def move(self, who: int, whom: int, is_main: bool, to_main: bool, usd: int) -> None:
        dexes = ["" if main else "xyz" for main in (is_main, to_main)]
        head = (address(who), b"", self.nonce(), 0)
        self.apply(TransferBetweenDexes(*head, address(whom), *dexes, usd * USD))

    def money(self, kind: Any, who: int, is_main: bool, amount: int) -> None:
        nonce = self.nonce()
        dex = "" if is_main else "xyz"
        key = dev_address("custodian")
        self.apply(kind(key, nonce, address(who), dex, amount, f"reference {nonce}"))

    def list(self) -> None:
        self.decided(self.listing(self.mark(CBRS)))
        for _ in range(4):
            self.advance(3)
            for source in ("consolidated", "primary", "overnight"):
                seen, price = self.clock.time_ns(), self.mark(CBRS)
                self.apply(
                    SubmitExternalPrice(
                        operator(0),
                        self.nonce(),
                        CBRS,
                        source,
                        price,
                        seen,
                        codes.REGULAR_SESSION,
                    )
                )

    def statement(
        self, who: int, start: int = 0, end: int = LAST, most: int = EVERYTHING
    ) -> Statement:
        return self.views.statements.between(address(who), start, end, most)


def owned(world: World, account: Account) -> int:
    """Cash, isolated margin, and funding that has been told of and is not collateral yet."""
    total = account.cash.balance
    for holding in account.held:
        total += holding.margin.balance
        told = world.views.funding.told(holding.market.asset, account.user.address)
        if not holding.market.accrues:
            assert told == holding.unsettled_funding(), "every hour has been told"
        total += told
    return total


def check(world: Lives, who: int) -> None:
    """A statement of everything ends at the ledger, and its lines lead there."""
    whole = world.statement(who)
    user = world.engine.venue.users[address(who)]
    for number, account in user.accounts.items():
        assert whole.closing[number] == owned(world, account)
    running = dict.fromkeys(whole.closing, 0)
    assert whole.opening == running
    for line in whole.lines:
        running[line.dex] += line.amount
        assert line.balance == running[line.dex]
    assert running == whole.closing
    summed = world.views.day_sums.until(address(who), FAR_DAY)
    assert {dex: summed.get(dex, 0) for dex in running} == running
    times = [line.time_ms for line in whole.lines]
    assert times == sorted(times)


def check_cut(world: Lives, who: int, cut: int, most: int) -> None:
    """Two parts are the whole, and so are all pages."""
    whole = world.statement(who)
    before, after = world.statement(who, 0, cut), world.statement(who, cut + 1)
    assert before.closing == after.opening and after.closing == whole.closing
    assert before.lines + after.lines == whole.lines
    pages = [world.statement(who, 0, LAST, most)]
    while pages[-1].next_ms:
        pages.append(world.statement(who, pages[-1].next_ms, LAST, most))
    assert [line for page in pages for line in page.lines] == whole.lines
    for one, other in pairwise(pages):
        assert one.closing == other.opening
    for page in pages:
        moments = {line.time_ms for line in page.lines}
        assert len(page.lines) <= most or len(moments) == 1


@settings(max_examples=40)
@given(st.lists(STEPS, min_size=5, max_size=35), st.data())
def test_the_lines_of_a_random_life_add_up_to_the_ledger(steps: list[Any], data: Any) -> None:
    """IFACE-8, FUND-4: to the micro-dollar, at every step, however the statement is cut."""
    world = Lives()
    world.order(4, False, 2_000_000, 176_000)
    world.order(5, True, 2_000_000, 174_000)
    world.order(0, True, 2_500_000, 176_000)
    world.order(1, False, 2_500_000, 174_000)
    for step in steps:
        world.step(step)
        for who in range(8):
            check(world, who)
    world.engine.audit()
    now = world.clock.time_ns() // 1_000_000
    cut = data.draw(st.integers(START_MS, now))
    for who in range(4):
        check_cut(world, who, cut, data.draw(st.integers(1, 9)))
    again = world.rebuilt(together=1_000)
    assert again.statements.between(address(0), 0, LAST, EVERYTHING) == world.statement(0)
    again.close()
    world.views.close()


@pytest.fixture(scope="module")
def eventful() -> Lives:
    """Everything that a statement can tell of, in one life."""
    world = Lives()
    for account, is_buy in ((0, False), (1, True)):
        world.order(account, is_buy, 2_000_000, 175_000)
    world.step(("move", 0, 0, True, False, 5))
    world.step(("move", 0, 1, True, True, 7))
    world.step(("debit", 2, True, 9 * USD))
    world.advance(3_600)
    for _ in range(3):
        world.push(115)
    price = world.tick(CBRS, world.mark(CBRS) * 103 // 100)
    world.order(2, True, 1_001, price, tif=codes.ALO)
    world.order(4, False, 1_001, price)
    world.advance(3_600)
    world.push(105)
    world.step(("rebase", CBRS, 2, 3))
    world.list()
    world.advance(60)
    return world


def kinds(world: Lives, who: int) -> set[str]:
    return {line.kind for line in world.statement(who).lines}


def test_a_statement_tells_of_every_kind_of_thing(eventful: Lives) -> None:
    told = {"deposit", "withdrawal", "fill", "funding", "rebase", "conversion"}
    assert kinds(eventful, 2) >= told
    assert "transferIn" in kinds(eventful, 1)
    assert kinds(eventful, 0) >= {"transferOut", "transferIn", "liquidation"}
    assert kinds(eventful, 0) & {"liquidationFill", "autoDeleveraging"}
    for who in range(8):
        check(eventful, who)


def test_cash_for_what_did_not_fit_a_lot_has_a_line(eventful: Lives) -> None:
    """LIFE-10."""
    (line,) = (line for line in eventful.statement(2).lines if line.kind == "rebase")
    assert line.lots == 667 or line.lots == 668
    assert line.amount != 0


def test_who_has_no_account_has_an_empty_statement() -> None:
    world = World()
    found = world.views.statements.between(b"\x99" * 20, 0, LAST, 10)
    assert found == Statement({0: 0, 1: 0}, [], {0: 0, 1: 0}, 0)
    world.views.close()


def test_funding_of_an_hour_and_of_a_fill_just_after_it_are_both_told() -> None:
    """FUND-5: in one command and one millisecond, the second being what the hour left over."""
    world = Lives()
    for who, is_buy in ((0, True), (1, False)):
        world.order(who, is_buy, 100, 20_780_000, asset=ANTH)
    world.advance(2 * 3_600)
    before = sum(line.amount for line in world.statement(0).lines if line.kind == "funding")
    assert before < 0
    hour_ns = world.clock.time_ns() + 3_600 * 10**9
    held = world.engine.venue.users[address(0)].holdings[ANTH]
    index = str(held.market.funding_index_e12 * 2)
    caused = [
        FundingPaid(ANTH, hour_ns, 7_000_000, 0, 60, 20_780_000, index),
        FundingSettled(ANTH, address(0), 100, 2 * before - 1, index),
    ]
    world.views.apply_batch(world.views.applied_seq + 1, [(hour_ns + 9, AdvanceTime(), caused)])
    lines = [line for line in world.statement(0).lines if line.kind == "funding"]
    assert sum(line.amount for line in lines) == 2 * before - 1
    assert world.views.day_sums.until(address(0), FAR_DAY)[0] == world.statement(0).closing[0]
    world.views.close()


def test_moves_between_a_masters_accounts_are_in_both_histories() -> None:
    world, sub = Lives(), sub_account_address(address(0), 0)
    world.apply(CreateSubAccount(address(0), b"", world.nonce(), 0, "carry"))
    for acting, destination, usd in ((b"", sub, 100), (sub, address(0), 40)):
        head = (address(0), acting, world.nonce(), 0)
        world.apply(TransferBetweenDexes(*head, destination, "", "", usd * USD))
    check(world, 0)
    assert world.views.day_sums.until(sub, FAR_DAY) == {0: 60 * USD}
    assert world.views.ledger_updates.net_deposits(sub) == 60 * USD
    rows = world.views.ledger_updates.oldest(sub, 0, LAST, 9)
    assert [(row.kind, row.amount) for row in rows] == [(WITHIN, 100 * USD), (WITHIN, 40 * USD)]

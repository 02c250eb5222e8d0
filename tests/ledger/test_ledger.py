"""Every movement takes from one account what it gives to another (UNIT-1, UNIT-6, RULE-3)."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bellwether.ledger.ledger import Ledger, LedgerAccount

moves = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(-(10**15), 10**15)), max_size=40
)


def house(ledger: Ledger) -> list[LedgerAccount]:
    return [ledger.custody, ledger.fees, ledger.rounding]


@given(moves)
def test_postings_always_sum_to_zero(drawn: list[tuple[int, int, int]]) -> None:
    ledger = Ledger()
    accounts = [*house(ledger), *(LedgerAccount() for _ in range(5))]
    balances = [0] * len(accounts)
    for source, target, amount in drawn:
        ledger.move(accounts[source], accounts[target], amount)
        balances[source] -= amount
        balances[target] += amount
        assert [account.balance for account in accounts] == balances
        assert sum(balances) == 0


def test_deposits_and_withdrawals_have_the_custodian_as_their_other_side() -> None:
    ledger, customer = Ledger(), LedgerAccount()
    ledger.deposit(customer, 700)
    ledger.withdraw(customer, 200)
    assert customer.balance == 500 and ledger.custody.balance == -500
    assert (ledger.deposits, ledger.withdrawals) == (700, 200)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_deposit_or_withdrawal_that_is_not_positive_is_a_bug(amount: int) -> None:
    ledger, customer = Ledger(), LedgerAccount()
    with pytest.raises(AssertionError):
        ledger.deposit(customer, amount)
    with pytest.raises(AssertionError):
        ledger.withdraw(customer, amount)
    assert customer.balance == ledger.custody.balance == ledger.deposits == ledger.withdrawals == 0


def test_a_move_of_a_negative_amount_goes_the_other_way() -> None:
    """A realised loss is a move from the clearing account with a minus sign."""
    ledger, clearing, cash = Ledger(), LedgerAccount(), LedgerAccount()
    ledger.move(clearing, cash, -30)
    assert (clearing.balance, cash.balance) == (30, -30)

"""`bellwether trade scale|twap|cancel-twap|trail` and fill-or-kill, against a venue on loopback."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.cli.trade import ladder
from tests.cli.test_trade_command import Trade, answer, refusal, trade, venue

__all__ = ["trade", "venue"]


def test_a_ladder_is_placed_in_one_action(trade: Trade) -> None:
    placed = trade("scale", "CBRS", "buy", "10", "170", "160", "--orders", "5", "--skew", "3")
    assert placed.exit_code == 0, placed.output
    assert placed.stdout.splitlines() == [
        "order 1 rests: buy 1.0 CBRS at 170",
        "order 2 rests: buy 1.5 CBRS at 167.5",
        "order 3 rests: buy 2.0 CBRS at 165",
        "order 4 rests: buy 2.5 CBRS at 162.5",
        "order 5 rests: buy 3.0 CBRS at 160",
    ]
    assert len(answer(trade("orders", "--json"))) == 5


def test_a_ladder_says_what_was_refused(trade: Trade) -> None:
    done = trade("scale", "CBRS", "buy", "0.2", "170", "160")
    assert done.exit_code == 1 and "refused 5 of 5: Order must have minimum value" in done.stderr
    assert "do not fit" in refusal(trade("scale", "CBRS", "buy", "9", "170", "170.01"), 2)
    assert "too little" in refusal(trade("scale", "CBRS", "buy", "0.001", "170", "160"), 2)
    assert "a ladder rests" in refusal(
        trade("scale", "CBRS", "buy", "9", "170", "160", "--tif", "ioc"), 2
    )


def test_a_twap_order_runs_and_is_ended(trade: Trade) -> None:
    done = trade("twap", "CBRS", "buy", "1.1", "5", "--randomize")
    assert done.stdout == "twap 1 runs: buy 1.1 CBRS in 5 minutes\n"
    assert trade("cancel-twap", "CBRS", "1").stdout == "twap 1 ended\n"
    assert "already canceled" in refusal(trade("cancel-twap", "CBRS", "1"), 1)
    assert "Min is $50" in refusal(trade("twap", "CBRS", "buy", "0.1", "5"), 1)
    assert trade("twap", "CBRS", "buy", "1", "4").exit_code == 2


def test_a_twap_order_waits_for_a_price(trade: Trade) -> None:
    done = trade("twap", "CBRS", "buy", "1", "5", "--below", "160", "--stop", "190")
    assert "waits for 160: buy 1 CBRS in 5 minutes" in done.stdout
    number = done.stdout.split()[1]
    assert trade("cancel-twap", "CBRS", number).stdout == f"twap {number} ended\n"
    both = trade("twap", "CBRS", "buy", "1", "5", "--below", "160", "--above", "190")
    assert "give --above or --below" in refusal(both, 2)
    passed = trade("twap", "CBRS", "buy", "1", "5", "--above", "160")
    assert "Invalid TWAP trigger" in refusal(passed, 1)


def test_a_trigger_waits_for_mark_index_or_last_trade(trade: Trade) -> None:
    done = trade("trigger", "CBRS", "buy", "1", "190", "--may-open", "--by", "last")
    assert "rests: buy 1 CBRS once the last price is at 190" in done.stdout
    done = trade("trigger", "CBRS", "buy", "1", "160", "--profit", "--may-open", "--limit", "165")
    assert "once the mark price is at 160" in done.stdout
    shown = answer(trade("orders", "--json"))
    wanted = {("Last price above 190", "209.0"), ("Price below 160", "165.0")}
    assert wanted <= {(order["triggerCondition"], order["limitPx"]) for order in shown}


def test_a_stop_follows_at_a_distance_or_a_share(trade: Trade) -> None:
    trade("place", "CBRS", "sell", "2", "175", account=1)
    trade("place", "CBRS", "buy", "2", "175")
    done = trade("trail", "CBRS", "sell", "1", "--distance", "5")
    assert done.stdout == "order 3 rests: sell 1 CBRS following the mark at 5 USD\n"
    done = trade("trail", "CBRS", "sell", "1", "--percent", "2.5", "--limit", "150")
    assert done.stdout == "order 4 rests: sell 1 CBRS following the mark at 2.5 %\n"
    shown = {order["oid"]: order for order in answer(trade("orders", "--json"))}
    assert (shown[3]["trailPx"], shown[3]["limitPx"]) == ("5.0", "153.0")
    assert (shown[4]["trailRate"], shown[4]["limitPx"]) == ("0.025", "150.0")
    assert "give --distance or --percent" in refusal(trade("trail", "CBRS", "sell", "1"), 2)
    assert "larger than the price" in refusal(
        trade("trail", "CBRS", "sell", "1", "--distance", "900"), 1
    )


def test_fill_or_kill_trades_all_or_nothing(trade: Trade) -> None:
    trade("place", "CBRS", "sell", "2", "175", account=1)
    killed = refusal(trade("place", "CBRS", "buy", "3", "175", "--tif", "fok"), 1)
    assert "in full" in killed
    done = trade("place", "CBRS", "buy", "2", "175", "--tif", "fok")
    assert "filled: 2.0 at 175.0" in done.stdout


@settings(max_examples=200)
@given(
    st.integers(1, 10**7),
    st.integers(2, 100),
    st.integers(0, 5),
    st.decimals("0.01", "100", places=2),
)
def test_sizes_add_up_and_lie_within_a_lot_of_the_exact_ones(
    lots: int, count: int, decimals: int, skew: Decimal
) -> None:
    total = format(Decimal(lots).scaleb(-decimals), "f")
    try:
        found = ladder.sizes(total, count, decimals, skew)
    except ValueError:
        smallest = min(Fraction(1), Fraction(skew))
        assert lots * smallest < count * max(1, Fraction(skew)) + count
        return
    parts = [Decimal(size).scaleb(decimals) for size in found]
    assert sum(parts) == lots
    shares = [1 + (Fraction(skew) - 1) * i / (count - 1) for i in range(count)]
    for part, share in zip(parts, shares, strict=True):
        assert abs(Fraction(part) - lots * share / sum(shares)) < 1


@pytest.mark.parametrize("is_buy", [True, False])
def test_prices_are_on_the_tick_and_never_worse_than_the_exact_ones(is_buy: bool) -> None:
    found = ladder.prices(Decimal("170"), Decimal("160.1"), 8, 3, 0, is_buy)
    exact = [Fraction(170) + Fraction(Decimal("-9.9")) * i / 7 for i in range(8)]
    assert (found[0], found[-1]) == ("170", "160.1")
    for price, wanted in zip(found, exact, strict=True):
        away = wanted - Fraction(Decimal(price))
        assert 0 <= (away if is_buy else -away) < Fraction(1, 100)


def test_prices_follow_the_tick_of_the_market() -> None:
    found = ladder.prices(Decimal("900"), Decimal("901"), 4, 2, 100, False)
    assert found == ["900", "900.34", "900.67", "901"]

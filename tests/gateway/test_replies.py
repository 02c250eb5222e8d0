"""Events as replies, without a server: what the engine may say that a quiet market does not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.gateway.hyperliquid import refusals, replies
from bellwether.node.founding.genesis import dev_genesis
from bellwether.schema import codes, rejects
from bellwether.schema.commands import CancelByClientId, Noop, PlaceOrders
from bellwether.schema.events import (
    CommandRefused,
    Event,
    OrderClosed,
    OrderPlaced,
    OrderRefused,
    TradeExecuted,
)

ME, OTHER = b"\x01" * 20, b"\x02" * 20
NUMBERS = sorted(
    value
    for name, value in vars(rejects).items()
    if name.isupper() and isinstance(value, int) and value != rejects.ACCEPTED
)


@pytest.fixture(scope="module")
def venue() -> Any:
    engine = Engine()
    engine.apply(dev_genesis(1_777_593_600_000_000_000), 1_777_593_600_000_000_000)
    return engine.venue


@pytest.mark.parametrize("number", NUMBERS)
def test_every_refusal_has_a_text(number: int) -> None:
    assert number in refusals.TEXTS
    assert number in rejects.SENTENCES
    for text in (refusals.order_text(number, 110_000), refusals.request_text(number, user=ME)):
        assert text and "{" not in text and "}" not in text
    holes = set(re.findall(r"{(\w+)}", refusals.TEXTS[number]))
    assert holes <= {"asset", "bid", "ask", "minimum", "user", "account", "nonce", "detail", "usd"}


def test_a_number_without_a_text_still_says_something() -> None:
    assert refusals.order_text(999, 0) == "Refused for reason 999."


MATCHED_BY_CCXT = {
    rejects.PRICE_OFF_TICK: "Price must be divisible by tick size.",
    rejects.VALUE_TOO_SMALL: "Order must have minimum value of $10",
    rejects.INSUFFICIENT_MARGIN: "Insufficient margin to place order.",
    rejects.REDUCE_ONLY_INCREASES: "Reduce only order would increase position.",
    rejects.POST_ONLY_CROSSES: "Post only order would have immediately matched,",
    rejects.NOTHING_TO_MATCH: "Order could not immediately match against any resting orders.",
    rejects.TRIGGER_PRICE_INVALID: "Invalid TP/SL price.",
    rejects.NO_LIQUIDITY: "No liquidity available for market order.",
    rejects.ORDER_NOT_OPEN: "Order was never placed, already canceled, or filled.",
    rejects.SIGNER_UNKNOWN: "User or API Wallet ",
    rejects.SIZE_INVALID: "Order has invalid size",
    rejects.SIZE_ZERO: "Order has zero size.",
    rejects.BALANCE_TOO_SMALL: "Insufficient balance for token transfer",
}


@pytest.mark.parametrize("number", sorted(MATCHED_BY_CCXT))
def test_the_words_are_those_that_ccxt_matches_on(number: int) -> None:
    assert MATCHED_BY_CCXT[number] in refusals.order_text(number, 3)


def placed(order_id: int = 7, lots: int = 3_000, **changes: Any) -> OrderPlaced:
    fields: dict[str, Any] = {
        "order_id": order_id,
        "account": ME,
        "asset": 0,
        "is_buy": True,
        "price": 175_000,
        "lots": lots,
        "time_in_force": codes.GTC,
        "reduce_only": False,
        "client_order_id": b"",
        "trigger": 0,
        "trigger_price": 0,
        "is_position_tpsl": False,
        "parent_id": 0,
        "original_lots": lots,
    }
    return OrderPlaced(**{**fields, **changes})


def trade(price: int, lots: int, taker: int = 7, maker: int = 1) -> TradeExecuted:
    sides = (ME, OTHER) if taker == 7 else (OTHER, ME)
    return TradeExecuted(1, 0, price, lots, True, taker, maker, *sides, 0, 0, 0, 0, 0, 0)


def closed(order_id: int, status: int, account: bytes = ME) -> OrderClosed:
    return OrderClosed(order_id, account, 0, 0, status)


def only(events: list[Event], venue: Any) -> Any:
    [status] = replies.order_statuses(events, venue)
    return status


def test_fills_are_those_of_the_order_as_taker(venue: Any) -> None:
    events: list[Event] = [
        trade(999, 5, taker=90, maker=91),
        placed(),
        trade(174_000, 1_000),
        closed(1, codes.FILLED, OTHER),
        trade(175_000, 2_000),
    ]
    assert only(events, venue) == {
        "filled": {"totalSz": "3.0", "avgPx": "174.6666667", "oid": 7},
    }


def test_makers_that_are_canceled_on_the_way_are_nobodys_answer(venue: Any) -> None:
    events: list[Event] = [
        closed(3, codes.SCHEDULED_CANCEL, OTHER),
        placed(),
        closed(1, codes.SELF_TRADE_CANCELED),
        closed(2, codes.MARGIN_CANCELED, OTHER),
    ]
    assert only(events, venue) == {"resting": {"oid": 7}}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (codes.IOC_REMAINDER, "could not immediately match"),
        (codes.MARGIN_CANCELED, "Insufficient margin"),
        (codes.REDUCE_ONLY_CANCELED, "Reduce only"),
        (codes.SELF_TRADE_CANCELED, "account's own"),
    ],
)
def test_an_order_that_ends_at_once_untraded_is_an_error(
    venue: Any, status: int, words: str
) -> None:
    order = placed(time_in_force=codes.IOC)
    assert words in only([order, closed(7, status)], venue)["error"]


def test_an_order_that_trades_in_part_and_ends_is_filled(venue: Any) -> None:
    for status in (codes.IOC_REMAINDER, codes.MARGIN_CANCELED, codes.SELF_TRADE_CANCELED):
        events: list[Event] = [placed(), trade(175_000, 1_000), closed(7, status)]
        assert only(events, venue)["filled"]["totalSz"] == "1.0"


def test_a_first_order_that_a_second_one_meets_was_resting(venue: Any) -> None:
    events: list[Event] = [
        placed(6),
        placed(7, is_buy=False),
        closed(6, codes.SELF_TRADE_CANCELED),
        placed(8),
    ]
    found = replies.order_statuses(events, venue)
    assert found == [{"resting": {"oid": 6}}, {"resting": {"oid": 7}}, {"resting": {"oid": 8}}]


def test_a_maker_of_the_same_action_is_resting_though_it_was_filled(venue: Any) -> None:
    events: list[Event] = [
        placed(6),
        placed(7),
        trade(175_000, 3_000, taker=7, maker=6),
        closed(6, codes.FILLED),
        closed(7, codes.FILLED),
    ]
    first, second = replies.order_statuses(events, venue)
    assert first == {"resting": {"oid": 6}}
    assert isinstance(second, dict) and second["filled"]["oid"] == 7


@pytest.mark.parametrize(
    ("value", "lots", "decimals", "text"),
    [
        (60_000 * 5, 5, 3, "60.0"),
        (1, 1, 3, "0.001"),
        (1, 3, 3, "0.0003333"),
        (2, 3, 3, "0.0006667"),
        (1, 80_000, 3, "0.0"),
        (350_001, 2, 2, "17.50005"),
    ],
)
def test_mean_prices_have_a_point_and_no_idle_zeros(
    value: int, lots: int, decimals: int, text: str
) -> None:
    assert replies.average(value, lots, decimals) == text


def test_a_whole_refusal_is_an_err(venue: Any) -> None:
    command = Noop(ME, b"", 55, 0)
    for reason, detail, text in (
        (rejects.NONCE_TOO_LOW, 60, "Invalid nonce: nonce too low 55 < 60"),
        (rejects.NONCE_TOO_HIGH, 50, "Invalid nonce: nonce too high 55 > 50"),
        (rejects.MUST_DEPOSIT, 0, f"Must deposit before performing actions. User: 0x{ME.hex()}"),
    ):
        reply = json.loads(
            replies.reply_to("noop", command, [CommandRefused(reason, detail)], venue)
        )
        assert reply == {"status": "err", "response": text}


def test_the_bbo_of_a_post_only_refusal_is_in_the_markets_decimals(venue: Any) -> None:
    spcx = venue.market_by_name["xyz:SPCX"].asset
    refused = OrderRefused(rejects.POST_ONLY_CROSSES, ME, spcx, None, 1_495_000, 1_505_000)
    assert refusals_of(refused, venue) == (
        "Post only order would have immediately matched, bbo was 149.5@150.5. asset=110000"
    )


def refusals_of(refused: OrderRefused, venue: Any) -> Any:
    status = replies.refused_status(refused, venue)
    assert isinstance(status, dict)
    return status["error"]


def test_mixed_cancels_by_client_id_are_answered_in_turn(venue: Any) -> None:
    command = CancelByClientId(ME, b"", 1, 0, ((0, b"\x01" * 16), (0, b"\x02" * 16)))
    events: list[Event] = [
        OrderRefused(rejects.ORDER_NOT_OPEN, ME, 0),
        closed(5, codes.CANCELED),
        closed(6, codes.CANCELED),
    ]
    first, second = replies.cancel_statuses(command, events, venue)
    assert isinstance(first, dict) and second == "success"


def test_timers_that_ran_first_do_not_answer(venue: Any) -> None:
    command = PlaceOrders(ME, b"", 1, 0, ())
    events: list[Event] = [closed(3, codes.SCHEDULED_CANCEL), placed()]
    reply = json.loads(replies.reply_to("order", command, events, venue))
    assert reply["response"]["data"]["statuses"] == [{"resting": {"oid": 7}}]

"""Acts of a market's life: what they become, and errors that name the field (LIFE, IFACE-7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.operators.acts import ACTS
from bellwether.gateway.operators.life import SETTLEMENT_GROUNDS
from bellwether.node.founding.genesis import dev_genesis
from bellwether.schema import codes
from bellwether.schema.commands import (
    Announce,
    AnyCommand,
    ConfirmListing,
    DecideProposal,
    DeclareEvent,
    RebaseMarket,
    SettleMarket,
    SubmitExternalPrice,
)
from tests.gateway.live import START_MS, Client, LiveGateway
from tests.gateway.wallet import Wallet, account, custodian, operator

START_NS = START_MS * 1_000_000
KEY = b"\xaa" * 20

GOOD: dict[str, dict[str, Any]] = {
    "externalPrice": {
        "coin": "CBRS",
        "source": "primary",
        "px": "190.0",
        "time": START_MS,
        "session": "regular",
    },
    "confirmListing": {
        "coin": "CBRS",
        "exchange": "XNAS",
        "listedAs": "CBRS",
        "structure": "ipo",
        "crossPx": "190.25",
        "crossTime": START_MS,
    },
    "exchangeHalt": {"coin": "CBRS", "source": "primary", "halted": True, "time": START_MS},
    "declareEvent": {"coin": "CBRS", "event": "spac_closing", "grounds": "it has closed"},
    "settle": {"coin": "CBRS", "method": "transaction", "px": "200.0", "grounds": "acquired"},
    "rebase": {"coin": "CBRS", "numerator": 5, "denominator": 1, "grounds": "split"},
    "announce": {"coin": "CBRS", "title": "Hours", "text": "We close early."},
    "approve": {"proposalId": 3},
    "reject": {"proposalId": 3},
}
WAITING: dict[str, Any] = {
    "treatment": "trigger",
    "grounds": "the sponsor's company has listed",
    "event": "spac_closing",
    "condition": "The merger closes.",
    "deadline": START_MS + 86_400_000,
    "then": "adjusted",
    "ratio": "5/2",
}


@pytest.fixture(scope="module")
def venue() -> Venue:
    engine = Engine()
    engine.apply(dev_genesis(START_NS), START_NS)
    return engine.venue


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


def built(venue: Venue, kind: str, **changes: Any) -> AnyCommand:
    fields = {**GOOD[kind], **changes}
    return ACTS[kind]({"kind": kind, **fields}, KEY, 7, venue)


def text_of(venue: Venue, kind: str, **changes: Any) -> str:
    command = built(venue, kind, **changes)
    assert isinstance(command, ConfirmListing | SettleMarket | RebaseMarket)
    return command.announcement


def test_prices_become_atoms_and_times_nanoseconds(venue: Venue) -> None:
    regular = codes.REGULAR_SESSION
    assert built(venue, "externalPrice") == SubmitExternalPrice(
        KEY, 7, 0, "primary", 190_000, START_NS, regular
    )
    coarser = built(venue, "externalPrice", coin="xyz:SPCX", px="150.0001", session="overnight")
    assert isinstance(coarser, SubmitExternalPrice)
    assert (coarser.price, coarser.session) == (1_500_001, codes.OVERNIGHT_SESSION)


def test_a_listing_converts_unless_it_says_otherwise(venue: Venue) -> None:
    """LIFE-7."""
    text = (
        "CBRS is listed on XNAS as CBRS (ipo). Its first price was 190.25 USD at"
        " 2026-05-01T00:00:00.000Z. The market converts to the price of the listed share;"
        " positions and resting orders stay."
    )
    names = ("XNAS", "CBRS", "ipo")
    expected = ConfirmListing(KEY, 7, 0, *names, "", 190_250, START_NS, "convert", "", text)
    assert built(venue, "confirmListing") == expected
    more = {"treatment": "convert", "grounds": "the same share", "jurisdiction": "US"}
    stated = built(venue, "confirmListing", announcement="Listed.", **more)
    assert stated == ConfirmListing(
        KEY, 7, 0, *names, "US", 190_250, START_NS, "convert", "the same share", "Listed."
    )


def test_life_7_a_trigger_says_what_it_waits_for(venue: Venue) -> None:
    command = built(venue, "confirmListing", **WAITING)
    assert isinstance(command, ConfirmListing)
    until = (START_MS + 86_400_000) * 1_000_000
    assert (command.event, command.deadline_ns) == ("spac_closing", until)
    assert (command.after, command.otherwise) == ("adjusted", "settle")
    assert (command.numerator, command.denominator) == (5, 2)
    assert command.announcement.endswith(
        "It waits for an event and trades on by its own prices until then. The event spac_closing:"
        " The merger closes. Declared by two operators no later than 2026-05-02T00:00:00.000Z, it"
        " is put into listed shares by the stated ratio and converts to their price; otherwise it"
        " settles at the average of its mark since the launch."
    )


def test_life_7_a_declaration_names_the_event_and_may_name_a_price(venue: Venue) -> None:
    text = (
        "The event spac_closing, which CBRS waited for, has happened. The listing is treated as"
        " announced. Grounds: it has closed"
    )
    plain = DeclareEvent(KEY, 7, 0, "spac_closing", 0, 0, "it has closed", text)
    assert built(venue, "declareEvent") == plain
    priced = built(venue, "declareEvent", crossPx="9.5", crossTime=START_MS)
    assert isinstance(priced, DeclareEvent)
    assert (priced.cross_price, priced.cross_time_ns) == (9_500, START_NS)
    assert "first price after it was 9.5 USD" in priced.announcement


def test_a_settlement_says_what_it_is(venue: Venue) -> None:
    """LIFE-6."""
    method = codes.TRANSACTION
    text = "CBRS is settled at 200.0 USD, the price of the transaction. Grounds: acquired."
    assert built(venue, "settle") == SettleMarket(KEY, 7, 0, method, 200_000, 0, "acquired", text)
    own = built(venue, "settle", announcement="Bought.")
    assert own == SettleMarket(KEY, 7, 0, method, 200_000, 0, "acquired", "Bought.")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"method": "default_twap", "px": None},
            "CBRS is settled early, at the average of its mark since the launch.",
        ),
        (
            {"method": "adverse_event"},
            "CBRS is settled at 200.0 USD, the value determined after an adverse event.",
        ),
        ({"method": "determined"}, "CBRS is settled at 200.0 USD, a determined value."),
        ({"method": "wind_down"}, "CBRS is wound down and settled at 200.0 USD."),
        (
            {"method": "wind_down", "px": None},
            "CBRS is wound down and settled at the average of its mark since the launch.",
        ),
    ],
)
def test_the_venue_writes_the_announcement_of_every_method(
    venue: Venue, changes: dict[str, Any], text: str
) -> None:
    assert text_of(venue, "settle", **changes) == f"{text} Grounds: acquired."


def test_grounds_that_do_not_suffice_reach_the_journal(venue: Venue) -> None:
    """LIFE-6: the engine refuses them."""
    for grounds in SETTLEMENT_GROUNDS:
        command = built(venue, "settle", grounds=grounds)
        assert isinstance(command, SettleMarket) and command.grounds == grounds
    assert set(SETTLEMENT_GROUNDS) > codes.INSUFFICIENT_GROUNDS


def test_a_rebase_says_what_happens_to_sizes_and_prices(venue: Venue) -> None:
    """LIFE-10."""
    text = (
        "CBRS is rebased by 5: sizes are multiplied and prices divided by it, and what an account"
        " is worth stays the same. Grounds: split."
    )
    assert built(venue, "rebase") == RebaseMarket(KEY, 7, 0, 5, 1, "split", text)
    assert "rebased by 3/2:" in text_of(venue, "rebase", numerator=3, denominator=2)
    assert text_of(venue, "rebase", announcement="Five.") == "Five."


def test_notices_concern_a_market_or_the_whole_venue(venue: Venue) -> None:
    """RULE-7."""
    assert built(venue, "announce") == Announce(KEY, 7, 0, "Hours", "We close early.", 0)
    later = built(venue, "announce", coin=None, effectiveTime=START_MS + 1)
    text = "We close early."
    assert later == Announce(KEY, 7, -1, "Hours", text, START_NS + 1_000_000)


def test_decisions_name_a_proposal(venue: Venue) -> None:
    """RULE-2."""
    assert built(venue, "approve") == DecideProposal(KEY, 7, 3, True)
    assert built(venue, "reject") == DecideProposal(KEY, 7, 3, False)


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("externalPrice", {"coin": "NOPE"}, "act.coin: there is no market `NOPE`"),
        ("externalPrice", {"px": "190.0001"}, "act.px: CBRS has prices of at most 3 decimals"),
        ("externalPrice", {"px": "0.0"}, "act.px: expected a price above zero"),
        ("externalPrice", {"px": 190}, "act.px"),
        ("externalPrice", {"px": "-1"}, "act.px: expected a decimal string"),
        ("externalPrice", {"source": ""}, "act.source"),
        ("externalPrice", {"time": "now"}, "act.time"),
        ("externalPrice", {"time": 2**63}, "act.time"),
        (
            "externalPrice",
            {"session": "night"},
            "act.session: `night` is not one of pre, regular, post, overnight",
        ),
        ("confirmListing", {"crossPx": "1.23456"}, "act.crossPx"),
        ("confirmListing", {"crossTime": -1}, "act.crossTime"),
        ("confirmListing", {"listedAs": ""}, "act.listedAs"),
        ("confirmListing", {"jurisdiction": "Mars"}, "act.jurisdiction"),
        (
            "confirmListing",
            {"treatment": "ignore"},
            "act.treatment: `ignore` is not one of convert, adjusted, settle, composite, trigger",
        ),
        ("confirmListing", {"event": "e"}, "act.event: expected none; it belongs to the treatment"),
        ("confirmListing", {"deadline": START_MS}, "act.deadline: expected none; it belongs"),
        ("confirmListing", {**WAITING, "event": None}, "act.event: expected the event's name"),
        ("confirmListing", {**WAITING, "event": "SPAC closing"}, "act.event"),
        ("confirmListing", {**WAITING, "condition": None}, "act.condition: expected what"),
        ("confirmListing", {**WAITING, "condition": ""}, "act.condition"),
        ("confirmListing", {**WAITING, "deadline": None}, "act.deadline: expected by when"),
        ("confirmListing", {**WAITING, "deadline": "soon"}, "act.deadline"),
        ("confirmListing", {**WAITING, "then": None}, "act.then: `` is not one of convert, adj"),
        ("confirmListing", {**WAITING, "then": "settle"}, "act.then: `settle` is not one of"),
        (
            "confirmListing",
            {**WAITING, "otherwise": "composite"},
            "act.otherwise: `composite` is not one of settle, convert",
        ),
        ("confirmListing", {**WAITING, "then": "convert"}, "act.ratio: expected none"),
        ("confirmListing", {**WAITING, "ratio": None}, "act.ratio: expected the listed shares"),
        ("confirmListing", {**WAITING, "grounds": ""}, "act.grounds: expected why trigger"),
        ("exchangeHalt", {"coin": "NOPE"}, "act.coin: there is no market `NOPE`"),
        ("exchangeHalt", {"halted": "yes"}, "act.halted"),
        ("exchangeHalt", {"reason": "x" * 201}, "act.reason"),
        ("exchangeHalt", {"time": -1}, "act.time"),
        ("declareEvent", {"event": ""}, "act.event"),
        ("declareEvent", {"grounds": ""}, "act.grounds: expected what shows"),
        ("declareEvent", {"crossPx": "190.0"}, "act.crossTime: expected with the other"),
        ("declareEvent", {"crossTime": START_MS}, "act.crossPx: expected with the other"),
        ("declareEvent", {"crossPx": "1.23456", "crossTime": START_MS}, "act.crossPx: CBRS has"),
        ("confirmListing", {"ratio": "2"}, "act.ratio: expected none"),
        ("confirmListing", {"ratio": "2/"}, "act.ratio"),
        ("confirmListing", {"treatment": "adjusted", "grounds": "g"}, "act.ratio: expected the"),
        (
            "confirmListing",
            {"treatment": "adjusted", "grounds": "g", "ratio": "0/5"},
            "act.ratio: expected a ratio above zero",
        ),
        ("confirmListing", {"treatment": "adjusted", "ratio": "2"}, "act.grounds: expected why"),
        ("confirmListing", {"coin": "ANTH"}, "act.ratio: expected the listed shares"),
        ("confirmListing", {"weights": {}}, "act.weights"),
        (
            "confirmListing",
            {"weights": {"convert": "0.5", "settle": "0.5"}},
            "act.weights: expected none",
        ),
        (
            "confirmListing",
            {"treatment": "composite", "grounds": "g"},
            "act.weights: expected the parts",
        ),
        (
            "confirmListing",
            {
                "treatment": "composite",
                "grounds": "g",
                "weights": {"convert": "0.5", "settle": "0.6"},
            },
            "act.weights: expected two parts",
        ),
        (
            "settle",
            {"method": "guess"},
            "act.method: `guess` is not one of default_twap, transaction, recent_twap,",
        ),
        ("settle", {"method": "recent_twap", "px": None}, "act.window: expected the averaged"),
        ("settle", {"grounds": "bored"}, "act.grounds: `bored` is not one of acquired, "),
        ("settle", {"px": None}, "act.px: expected a price with the method transaction"),
        ("settle", {"method": "other", "px": None}, "act.px: expected a price with the method"),
        ("settle", {"method": "other"}, "act.announcement: expected the formula"),
        ("settle", {"method": "default_twap"}, "act.px: expected none with the method default_"),
        ("settle", {"px": "200.00001"}, "act.px: CBRS has prices of at most 3 decimals"),
        ("settle", {"window": 60_000}, "act.window: expected none"),
        ("settle", {"announcement": 5}, "act.announcement"),
        ("rebase", {"numerator": 0}, "act.numerator"),
        ("rebase", {"denominator": 2**31}, "act.denominator"),
        ("rebase", {"numerator": 1.5}, "act.numerator"),
        (
            "rebase",
            {"grounds": "mood"},
            "act.grounds: `mood` is not one of dilution, exchange_of_shares, split, unit_change",
        ),
        ("announce", {"title": ""}, "act.title"),
        ("announce", {"text": ""}, "act.text"),
        ("announce", {"text": "x" * 10_001}, "act.text"),
        ("announce", {"coin": "NOPE"}, "act.coin"),
        ("announce", {"effectiveTime": "soon"}, "act.effectiveTime"),
        ("approve", {"proposalId": "3"}, "act.proposalId"),
        ("reject", {"proposalId": -1}, "act.proposalId"),
    ],
)
def test_what_is_wrong_is_named(
    venue: Venue, kind: str, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises((Refused, WrongShape)) as caught:
        built(venue, kind, **changes)
    assert says in caught.value.text


@pytest.mark.parametrize(
    ("ratio", "terms"), [("5/2", (5, 2)), ("2.50", (5, 2)), ("1039/100", (1_039, 100))]
)
def test_life_7_a_ratio_is_a_decimal_or_a_fraction(
    venue: Venue, ratio: str, terms: tuple[int, int]
) -> None:
    command = built(venue, "confirmListing", treatment="adjusted", grounds="g", ratio=ratio)
    assert isinstance(command, ConfirmListing)
    assert (command.numerator, command.denominator) == terms


def test_life_7_weights_say_what_settles(venue: Venue) -> None:
    weights = {"convert": "0.7", "settle": "0.3"}
    command = built(venue, "confirmListing", treatment="composite", grounds="g", weights=weights)
    assert isinstance(command, ConfirmListing) and command.settled_e6 == 300_000


@pytest.mark.parametrize("kind", GOOD)
def test_a_field_that_is_missing_is_named(venue: Venue, kind: str) -> None:
    optional = {"announce": {"coin"}, "settle": {"px"}}.get(kind, set())
    for missing in GOOD[kind].keys() - optional:
        fields = {name: value for name, value in GOOD[kind].items() if name != missing}
        with pytest.raises(WrongShape, match=missing):
            ACTS[kind]({"kind": kind, **fields}, KEY, 7, venue)


def act(gateway: LiveGateway, client: Client, wallet: Wallet, **fields: Any) -> Any:
    action = {"type": "operator", "act": fields}
    return client.post("/operator", wallet.l1(action, gateway.nonce()))


def read(client: Client, kind: str, **fields: Any) -> Any:
    return client.post("/info", {"type": kind, **fields})


def test_a_proposal_has_a_number_and_waits_for_another_operator(
    gateway: LiveGateway, client: Client
) -> None:
    """RULE-2."""
    before = read(client, "marketStatus", coin="CBRS")
    reply = act(gateway, client, operator(0), kind="settle", **GOOD["settle"])
    assert reply["status"] == "ok", reply
    content = reply["response"]["data"]
    assert content.keys() == {"seq", "proposalId"}
    number = content["proposalId"]
    (shown,) = read(client, "proposals", coin="CBRS")
    assert (shown["proposalId"], shown["kind"]) == (number, "settle")
    assert shown["proposer"] == operator(0).hex_address
    assert shown["expires"] == shown["time"] + 86_400_000
    assert read(client, "proposals", coin="xyz:SPCX") == []
    assert read(client, "marketStatus", coin="CBRS") == before
    own = act(gateway, client, operator(0), kind="approve", proposalId=number)
    assert own["status"] == "err" and "another operator" in own["response"]
    done = act(gateway, client, operator(1), kind="reject", proposalId=number)
    assert done["status"] == "ok" and done["response"]["data"].keys() == {"seq"}
    assert read(client, "proposals") == []
    again = act(gateway, client, operator(1), kind="approve", proposalId=number)
    assert again == {"status": "err", "response": "There is no such open proposal."}


@pytest.mark.parametrize("wallet", [custodian(), account(0)], ids=["custodian", "account"])
@pytest.mark.parametrize("kind", GOOD)
def test_who_has_no_role_changes_nothing(
    gateway: LiveGateway, client: Client, wallet: Wallet, kind: str
) -> None:
    """RULE-1."""
    before = gateway.state_hash()
    reply = act(gateway, client, wallet, kind=kind, **GOOD[kind])
    assert reply == {"status": "err", "response": "The key does not hold the role."}
    assert gateway.state_hash() == before


def test_a_price_of_somebody_elses_source_is_refused(gateway: LiveGateway, client: Client) -> None:
    """RULE-3: the sources of the dev world are bound to operator 0."""
    fields = {"kind": "externalPrice", **GOOD["externalPrice"]}
    assert act(gateway, client, operator(0), **fields)["status"] == "ok"
    reply = act(gateway, client, operator(1), **fields)
    assert reply == {"status": "err", "response": "The key does not speak for this price source."}
    ahead = act(gateway, client, operator(0), **{**fields, "time": START_MS + 60_000})
    assert ahead["status"] == "err" and "future" in ahead["response"]

"""Who adds risk has accepted the text in force; who only reduces is not asked (RULE-6)."""

from __future__ import annotations

from hashlib import sha256

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AcceptDisclosure,
    ApproveAgent,
    Credit,
    PublishDisclosure,
    SetAccount,
    TransferBetweenDexes,
)
from bellwether.schema.disclosures import TEXTS, Disclosure, disclosure_hash, disclosure_of
from bellwether.schema.events import (
    Acknowledged,
    Announced,
    DisclosureAccepted,
    DisclosurePublished,
    Event,
    OrderPlaced,
)
from bellwether.schema.presets import PRESETS, specify
from tests.engine.acts.steps import change_of
from tests.engine.life.acts import carry
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    COMPLIANCE,
    CUSTODIAN,
    DORA,
    OPERATOR,
    PRICE,
    START_NS,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

TEXT = bytes.fromhex(disclosure_of("ipop").hash[2:])
SECOND = "Version 2: a new sentence has been added."
"""A text that an operator brings."""


def asking(*specs: object) -> SmallVenue:
    return SmallVenue(*specs, requires_disclosures=True)  # type: ignore[arg-type]


def accept(venue: SmallVenue, who: bytes, asset: int = 0, text: bytes = TEXT) -> list[Event]:
    return venue.run(AcceptDisclosure(*venue.head(who), asset, text))


def everybody(venue: SmallVenue, asset: int = 0) -> None:
    for who in (ALICE, BOB, CAROL, DORA):
        accept(venue, who, asset)


def test_the_texts_that_ship_keep_their_words() -> None:
    """A text is never edited: what was accepted can be read for ever. New words, new version."""
    assert disclosure_of("ipop") == Disclosure(
        1, "0xc91700b188dfded17d0444bff2e7289d7caa95d3314bde8661212b7ca471a6d9"
    )
    assert disclosure_of("premarket") == Disclosure(
        1, "0xee9269d1842216b278756d5e966c8cdb1217e56f677cbf0cd2a3fca8bafe2a35"
    )
    assert all(disclosure_hash(text) == name for name, text in TEXTS.items())


@pytest.mark.parametrize("name", ["ipop", "premarket"])
def test_a_text_says_every_point_of_the_rule(name: str) -> None:
    text = " ".join(TEXTS[disclosure_of(name).hash].split())
    for words in (
        "not a share, not an allocation in an initial public offering, not a tokenised share",
        "entitles nobody to receive securities",
        "no ownership, no vote, no right to information, no dividend and no other claim",
        "reference price is no forecast",
        "may differ from any price range, from the offer price and from the first price",
        "highly speculative",
        "Liquidation and auto-deleveraging",
        "The pricing model changes",
        "The mark may step",
        "Discretion of the operators",
        "two different operators and an announcement",
        "Settlement may differ from what you paid",
    ):
        assert words in text, words


def test_presets_that_need_a_text_have_one_and_the_listed_share_has_none() -> None:
    assert PRESETS["ipop"].disclosure and PRESETS["premarket"].disclosure
    assert PRESETS["standard_equity"].disclosure is None
    for other in (
        Disclosure(0, disclosure_of("ipop").hash),
        Disclosure(1, "0" * 64),
        Disclosure(1, "0x" + "A" * 64),
        Disclosure(1, "0x" + "0" * 63),
    ):
        spec = specify("ipop", "X", "", reference_atoms=PRICE, disclosure=other)
        assert spec.faults() == [
            "disclosure needs a version above zero and the SHA-256 of a text, 0x…"
        ]


def test_an_order_that_adds_risk_waits_for_the_acceptance() -> None:
    venue = asking()
    assert refusals(venue.place(ALICE, buy(PRICE, 500))) == [rejects.DISCLOSURE_MISSING]
    (event,) = of_kind(accept(venue, ALICE), DisclosureAccepted)
    assert event == DisclosureAccepted(ALICE, 0, 1, TEXT)
    assert of_kind(venue.place(ALICE, buy(PRICE, 500)), OrderPlaced)
    assert refusals(venue.place(BOB, buy(PRICE, 500))) == [rejects.DISCLOSURE_MISSING]


def test_accepting_once_more_changes_nothing() -> None:
    venue = asking()
    accept(venue, ALICE)
    first = venue.engine.venue.users[ALICE].disclosures[TEXT]
    venue.wait(60)
    assert of_kind(accept(venue, ALICE), Acknowledged)
    assert venue.engine.venue.users[ALICE].disclosures == {TEXT: first} == {TEXT: START_NS}


def test_a_text_counts_in_every_market_that_requires_it() -> None:
    venue = asking(market("X"), market("Y"), market("Z", "premarket", size_decimals=3))
    accept(venue, ALICE, 1)
    assert of_kind(venue.place(ALICE, buy(PRICE, 500, asset=0)), OrderPlaced)
    order = buy(PRICE, 500, asset=2)
    assert refusals(venue.place(ALICE, order)) == [rejects.DISCLOSURE_MISSING]


def test_wrong_texts_markets_and_keys_are_refused() -> None:
    venue = asking(market(), market("E", "standard_equity"))
    wrong = sha256(b"another").digest()
    assert refusals(accept(venue, ALICE, 0, wrong)) == [rejects.DISCLOSURE_HASH_WRONG]
    assert refusals(accept(venue, ALICE, 0, b"")) == [rejects.DISCLOSURE_HASH_WRONG]
    assert refusals(accept(venue, ALICE, 1)) == [rejects.NO_DISCLOSURE]
    assert refusals(accept(venue, ALICE, 7)) == [rejects.MARKET_UNKNOWN]
    assert refusals(accept(venue, b"\x77" * 20)) == [rejects.SIGNER_UNKNOWN]
    agent = b"\x55" * 20
    venue.run(ApproveAgent(*venue.head(ALICE), agent, "bot", 0))
    assert refusals(accept(venue, agent)) == [rejects.MASTER_ONLY]
    assert venue.engine.venue.users[ALICE].disclosures == {}
    assert of_kind(venue.place(ALICE, buy(PRICE, 500, asset=1)), OrderPlaced)
    accept(venue, ALICE)
    assert of_kind(venue.place(agent, buy(PRICE, 500)), OrderPlaced), "it trades for its owner"


def held(venue: SmallVenue) -> None:
    """Alice is long one contract."""
    everybody(venue)
    venue.trade(ALICE, BOB, PRICE, 1_000)
    venue.rest(CAROL, buy(PRICE - 100, 5_000))


def publish(venue: SmallVenue, text: str, version: int = 2, who: bytes = OPERATOR) -> list[Event]:
    venue.nonce += 1
    return venue.run(PublishDisclosure(who, venue.nonce, version, text))


def reword(venue: SmallVenue) -> bytes:
    """A text of the venue's own comes into force; its hash."""
    publish(venue, SECOND)
    name = disclosure_hash(SECOND)
    carry(venue, change_of(venue, disclosure=Disclosure(2, name)))
    return bytes.fromhex(name[2:])


def test_a_new_version_asks_again_and_reducing_stays_possible() -> None:
    venue = asking()
    held(venue)
    second = reword(venue)
    more = buy(PRICE + 100, 500)
    assert refusals(venue.place(ALICE, more)) == [rejects.DISCLOSURE_MISSING]
    assert refusals(venue.place(ALICE, sell(PRICE, 1_001))) == [rejects.DISCLOSURE_MISSING]
    assert of_kind(venue.place(ALICE, sell(PRICE - 100, 400, reduce_only=True)), OrderPlaced)
    assert of_kind(venue.place(ALICE, sell(PRICE + 200, 400)), OrderPlaced), "it only reduces"
    assert refusals(venue.place(ALICE, sell(PRICE + 200, 400))) == [rejects.DISCLOSURE_MISSING]
    stop = sell(PRICE - 300, 100, reduce_only=True, trigger=codes.STOP_MARKET, at=PRICE - 200)
    assert of_kind(venue.place(ALICE, stop), OrderPlaced)
    assert refusals(accept(venue, ALICE)) == [rejects.DISCLOSURE_HASH_WRONG]
    assert of_kind(accept(venue, ALICE, 0, second), DisclosureAccepted)[0].version == 2
    assert of_kind(venue.place(ALICE, more), OrderPlaced)
    assert set(venue.engine.venue.users[ALICE].disclosures) == {TEXT, second}


def test_a_modification_asks_as_a_new_order_does() -> None:
    venue = asking()
    held(venue)
    order_id = venue.rest(ALICE, buy(PRICE - 200, 1_000))
    reword(venue)
    refused = refusals(venue.modify(ALICE, order_id, buy(PRICE - 150, 1_500)))
    assert refused == [rejects.DISCLOSURE_MISSING]


def test_eligibility_and_the_order_itself_are_looked_at_first() -> None:
    """The place in the order of precedence that ADR 0025 states."""
    venue = asking(market(excluded_jurisdictions=("US",)))
    venue.nonce += 1
    venue.run(SetAccount(COMPLIANCE, venue.nonce, ALICE, "US", "retail", ""))
    assert refusals(venue.place(ALICE, buy(PRICE, 0))) == [rejects.SIZE_ZERO]
    assert refusals(venue.place(ALICE, buy(PRICE, 500))) == [rejects.NOT_ELIGIBLE]
    assert refusals(venue.place(BOB, buy(PRICE, 10**9))) == [rejects.DISCLOSURE_MISSING]


def test_a_dev_world_has_accepted_for_everybody_who_comes() -> None:
    venue = SmallVenue()
    stranger, other = b"\x61" * 20, b"\x62" * 20
    venue.nonce += 1
    venue.run(Credit(CUSTODIAN, venue.nonce, stranger, "", 1_000 * USD, "ref"))
    venue.run(TransferBetweenDexes(*venue.head(stranger), other, "", "", 400 * USD))
    for who in (ALICE, stranger, other):
        assert of_kind(venue.place(who, buy(PRICE - 100, 500)), OrderPlaced)


def test_acceptances_are_in_the_snapshot() -> None:
    venue = asking()
    accept(venue, ALICE)
    again = Engine.restore(venue.engine.snapshot())
    assert again.snapshot() == venue.engine.snapshot()
    assert again.venue.users[ALICE].disclosures == {TEXT: START_NS}
    assert not again.venue.users[ALICE].is_pre_accepted and not again.venue.pre_accepts
    dev = Engine.restore(SmallVenue().engine.snapshot())
    assert dev.venue.users[ALICE].is_pre_accepted and dev.venue.pre_accepts


def test_rule_6_an_own_text_is_public_with_its_hash_and_binds_nothing_yet() -> None:
    venue = asking()
    events = publish(venue, SECOND)
    (published,) = of_kind(events, DisclosurePublished)
    (said,) = of_kind(events, Announced)
    digest = sha256(SECOND.encode()).digest()
    assert (published.version, published.text_hash, published.text) == (2, digest, SECOND)
    assert (said.asset, said.kind, said.text, said.text_hash) == (-1, "notice", SECOND, digest)
    everybody(venue)
    assert of_kind(venue.place(ALICE, buy(PRICE, 500)), OrderPlaced)


def test_a_text_that_nobody_has_published_can_not_be_required() -> None:
    venue = asking()
    publish(venue, SECOND)
    for other in (
        Disclosure(2, disclosure_hash("something else")),
        Disclosure(3, disclosure_hash(SECOND)),
        Disclosure(2, disclosure_of("ipop").hash),
    ):
        refused = venue.run(change_of(venue, disclosure=other))
        assert refusals(refused) == [rejects.DISCLOSURE_UNKNOWN]


def test_a_published_text_is_never_another() -> None:
    venue = asking()
    publish(venue, SECOND)
    assert refusals(publish(venue, SECOND, 3)) == [rejects.ALREADY_SO]
    assert refusals(publish(venue, "other")) == [rejects.DISCLOSURE_VERSION_TAKEN]
    for text, version in (("", 3), (" \n", 3), ("x" * 50_001, 3), ("x", 0)):
        assert refusals(publish(venue, text, version)) == [rejects.DISCLOSURE_TEXT_INVALID]
    assert refusals(publish(venue, "x", 3, CUSTODIAN)) == [rejects.ROLE_MISSING]
    assert of_kind(publish(venue, "x", 3, COMPLIANCE), DisclosurePublished)
    for version in range(4, 202):
        assert not refusals(publish(venue, f"text {version}", version))
    assert refusals(publish(venue, "one more", 999)) == [rejects.TOO_MANY_DISCLOSURES]


def test_own_texts_survive_a_snapshot() -> None:
    venue = asking()
    reword(venue)
    other = type(venue.engine).restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    assert [text.text for text in other.venue.texts.values()] == [SECOND]

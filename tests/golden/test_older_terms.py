"""Journals whose terms of withdrawals say nothing of addresses replay as they were (RULE-8)."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from bellwether.engine.engine import Engine
from bellwether.schema.commands import Genesis
from bellwether.schema.events import NewAddressDelaySet, WithdrawalTermsSet
from bellwether.schema.parts.withdrawals import AmountTerms, WithdrawalTerms
from bellwether.schema.wire import decode_commands, decode_events, encode_events

RECORDED = Path(__file__).parent / "terms_of_amounts.json"
"""Bytes of a version that knew eight terms: a founding that names them, requests to one foreign
address of which one is paid and one sent back, and other terms by two operators."""


def recorded(name: str) -> bytes:
    return bytes.fromhex(json.loads(RECORDED.read_text(encoding="utf-8"))[name])


def test_an_older_founding_and_its_withdrawals_replay_byte_for_byte() -> None:
    """RULE-8, RULE-9: nothing there waits for its address, and its events say what they said."""
    engine = Engine()
    commands = decode_commands(recorded("commands"))
    said = [engine.apply(command, time_ns) for time_ns, command in commands]
    assert encode_events(said) == recorded("events")  # type: ignore[arg-type]
    assert engine.venue.payouts.terms.new_address_delay_ns == 0


def test_older_events_are_read_as_they_were_written() -> None:
    events = [event for caused in decode_events(recorded("events")) for event in caused]
    [told] = [event for event in events if isinstance(event, WithdrawalTermsSet)]
    assert type(told.terms) is AmountTerms and told.terms.least_e6 == 3_000_000
    assert not [event for event in events if isinstance(event, NewAddressDelaySet)]


def test_a_founding_that_names_no_terms_lets_new_addresses_wait_for_nothing() -> None:
    founding = ["genesis", [""], [], [], [], False, True]
    genesis = msgspec.convert(founding, Genesis)
    assert genesis.withdrawals == WithdrawalTerms()
    assert genesis.withdrawals.new_address_delay_ns == 0

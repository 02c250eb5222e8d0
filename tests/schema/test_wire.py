"""Commands and events survive the journal and JSON unchanged; what is not ours is refused."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from bellwether.schema.commands import AnyCommand, Noop
from bellwether.schema.events import AnyEvent, OrderClosed
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.presets import specify
from bellwether.schema.wire import (
    decode_commands,
    decode_events,
    encode_commands,
    encode_events,
)
from tests.schema.drawn import numbers, struct

COMMANDS = get_args(AnyCommand)
EVENTS = get_args(AnyEvent)
TAGS = (
    "place cancel cancel_cloid modify schedule_cancel leverage isolated_margin approve_agent"
    " twap twap_cancel approve_builder claim_rewards fee_recipient"
    " create_sub name_account top_up sub_created sub_transferred account_named"
    " withdraw approve_withdrawal release_withdrawal refuse_withdrawal pause_withdrawals"
    " resume_withdrawals withdrawal_terms convert_multi_sig together"
    " withdrawal_requested withdrawal_approved withdrawal_released withdrawal_refused"
    " withdrawals_paused withdrawals_resumed withdrawal_terms_set signers_set"
    " new_address_delay_set"
    " transfer noop accept_disclosure set_assignment credit debit pay_in set_account"
    " set_status external_price indicate"
    " exchange_halt observe confirm_listing declare_event settle rebase list_market change_spec"
    " set_phase resolve_input keep_halted event_phase margin_table sub_deployers"
    " publish_disclosure announce annotate disable_dex decide time resume venue_status genesis"
    " refused placed order_refused closed amended triggered activated trade adl liquidation"
    " equity taken_over deficit liquidation_fee capital assignment_set"
    " prices re_anchored awaited budget event_entered event_margin funding"
    " funding_settled credited debited transferred account_set disclosure_accepted"
    " disclosure_published"
    " leverage_updated isolated_margin_updated agent_approved cancel_scheduled cancel_ran"
    " released twap_started twap_activated twap_slice twap_rebased twap_ended"
    " status_set venue_status_set phase proposed decided announced price_taken indicated observed"
    " index exchange_halted listing_confirmed event_awaited event_decided uncrossed ramped spec"
    " rebased position_rebased order_rebased position_settled market_settled change_scheduled"
    " change_lapsed share_count input_resolved"
    " builder_approved rewards_claimed recipient_set"
    " annotated dex_disabled table_inserted deployer_bound dex_opened listed operator_bound ack"
).split()


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
def test_a_command_comes_back_from_the_journal_as_it_went_in(kind: type[msgspec.Struct]) -> None:
    @settings(max_examples=20)
    @given(st.lists(st.tuples(numbers, struct(kind)), min_size=1, max_size=2))
    def check(drawn: list[tuple[int, Any]]) -> None:
        payload = encode_commands(drawn)
        again = decode_commands(payload)
        assert again == drawn
        assert [type(command) for _, command in again] == [kind] * len(drawn)
        assert encode_commands(again) == payload

    check()


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_event_comes_back_from_the_journal_as_it_went_in(kind: type[msgspec.Struct]) -> None:
    @settings(max_examples=20)
    @given(st.lists(st.lists(struct(kind), max_size=2), max_size=2))
    def check(drawn: list[list[Any]]) -> None:
        payload = encode_events(drawn)
        assert decode_events(payload) == drawn
        assert encode_events(decode_events(payload)) == payload

    check()


@pytest.mark.parametrize("kind", [*COMMANDS, *EVENTS], ids=lambda kind: kind.__name__)
def test_json_carries_it_too(kind: type[msgspec.Struct]) -> None:
    @settings(max_examples=20)
    @given(struct(kind))
    def check(drawn: Any) -> None:
        assert msgspec.json.decode(msgspec.json.encode(drawn), type=kind) == drawn

    check()


def test_tags_are_what_stands_in_journals() -> None:
    """A tag is never given to something else; new ones are added to this list."""
    now = [kind.__struct_config__.tag for kind in (*COMMANDS, *EVENTS)]
    assert len(set(now)) == len(now)
    assert set(TAGS) == set(now)


def test_unknown_tags_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_commands(msgspec.msgpack.encode([[1, ["unheard_of", b"", 1]]]))
    with pytest.raises(msgspec.ValidationError):
        decode_events(msgspec.msgpack.encode([[["unheard_of", 1]]]))
    with pytest.raises(msgspec.ValidationError):
        decode_commands(encode_events([[OrderClosed(1, b"", 0, 1, 2)]]))


@pytest.mark.parametrize(
    "fields",
    [
        ["noop", "text", b"", 1, 0],
        ["noop", b"", b"", "1", 0],
        ["noop", b"", b"", 1.5, 0],
        ["noop", b"", b"", None, 0],
        ["noop", b"", b"", 1],
        ["noop"],
        [],
        {"signer": b""},
    ],
)
def test_ill_typed_and_missing_fields_are_refused(fields: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_commands(msgspec.msgpack.encode([[1, fields]]))


def test_fields_too_many_are_refused() -> None:
    """A journal of a later version is refused rather than read without what was added."""
    with pytest.raises(msgspec.ValidationError):
        decode_commands(msgspec.msgpack.encode([[1, ["noop", b"", b"", 1, 0, "more"]]]))
    with pytest.raises(msgspec.ValidationError):
        decode_events(msgspec.msgpack.encode([[["ack", "more"]]]))
    spec = msgspec.to_builtins(specify("ipop", "X", ""))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**spec, "colour": "red"}, InstrumentSpec)


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_cut_payload_is_refused(cut: int) -> None:
    payload = encode_commands([(1, Noop(b"signer", b"", 7, 0))])
    with pytest.raises((msgspec.DecodeError, msgspec.ValidationError)):
        decode_commands(payload[:-cut])


@pytest.mark.parametrize("kind", [*COMMANDS, *EVENTS], ids=lambda kind: kind.__name__)
def test_nobody_changes_a_message(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_config__.frozen
    assert kind.__struct_config__.array_like

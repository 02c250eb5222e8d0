"""The whole state as bytes and back: nothing is left out because it could be deduced.

Plain lists in a fixed order, packed with msgpack; equal states give equal bytes (I15). Sums that
outgrow 64 bits are decimal text.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.engine.snapshot.account import dump_account, restore_account
from bellwether.engine.snapshot.market import (
    dump_dex,
    dump_market,
    restore_dex,
    restore_market,
    restore_queues,
)
from bellwether.engine.snapshot.payouts import dump_payouts, restore_payouts
from bellwether.engine.state.life import Proposal
from bellwether.engine.state.nonces import NonceWindow
from bellwether.engine.state.timers import Timers
from bellwether.engine.state.user import Operator, Signer, User
from bellwether.engine.state.venue import PublishedText, Venue
from bellwether.engine.twap.state import Twap
from bellwether.schema.wire import command_bytes, command_of

FORMAT: Final = 9


def dump_venue(venue: Venue) -> bytes:
    """Equal states give equal bytes: all lists are in the order in which things came to be."""
    state = [
        FORMAT,
        [
            venue.time_ns,
            venue.founded,
            venue.dev,
            venue.check_nonce_window,
            venue.next_order_id,
            venue.next_trade_id,
            venue.next_liquidation_id,
            venue.next_proposal_id,
            venue.next_twap_id,
            venue.pre_accepts,
            venue.status,
            venue.status_cause,
            venue.status_since_ns,
        ],
        [_dump_user(user) for user in venue.user_list],
        [_dump_signer(signer) for signer in venue.signers.values()],
        [[op.key, op.roles, op.nonces.remembered()] for op in venue.operators.values()],
        [[name, time_ns] for name, time_ns in venue.references.items()],
        [dump_dex(dex) for dex in venue.dexes],
        [dump_market(market) for market in venue.markets.values()],
        [dump_account(account) for dex in venue.dexes for account in dex.accounts],
        venue.timers.waiting,
        [[name, key] for name, key in venue.sources.items()],
        [_dump_proposal(proposal) for proposal in venue.proposals.values()],
        [_dump_proposal(proposal) for proposal in venue.pending.values()],
        [_dump_twap(twap) for twap in venue.twaps.values()],
        [[text_hash, *text] for text_hash, text in venue.texts.items()],
        dump_payouts(venue.payouts),
    ]
    packed: bytes = msgspec.msgpack.encode(state)
    return packed


def restore_venue(payload: bytes) -> Venue:
    """The state that `dump_venue` packed; raises ValueError for another format."""
    state: list[Any] = msgspec.msgpack.decode(payload)
    if state[0] != FORMAT:
        raise ValueError(f"snapshot format {state[0]} is not {FORMAT}")
    venue = Venue()
    _restore_counters(venue, state[1])
    for row in state[2]:
        _restore_user(venue, row)
    for row in state[3]:
        _restore_signer(venue, row)
    for row in state[2]:
        for address in row[13]:
            venue.adopt(venue.users[row[0]], venue.users[address])
    for key, roles, seen in state[4]:
        operator = Operator(key, roles)
        operator.nonces = NonceWindow(seen)
        venue.operators[key] = operator
    for name, time_ns in state[5]:
        venue.references[name] = time_ns
    for row in state[6]:
        restore_dex(venue, row)
    for row in state[7]:
        restore_market(venue, row)
    for row in state[8]:
        restore_account(venue, row)
    for row, dex in zip(state[6], venue.dexes, strict=True):
        if row[11]:
            dex.fee_recipient = venue.users[row[11]].accounts[dex.number]
    venue.begin_day(venue.time_ns)
    for row, market in zip(state[7], venue.markets.values(), strict=True):
        restore_queues(market, row)
    venue.timers = Timers([(when, kind, subject) for when, kind, subject in state[9]])
    for name, key in state[10]:
        venue.sources[name] = key
    for row in state[11]:
        proposal = _restore_proposal(row)
        venue.proposals[proposal.proposal_id] = proposal
    for row in state[12]:
        proposal = _restore_proposal(row)
        venue.pending[proposal.proposal_id] = proposal
    for row in state[13]:
        _restore_twap(venue, row)
    for text_hash, version, text, time_ns in state[14]:
        venue.texts[text_hash] = PublishedText(version, text, time_ns)
    restore_payouts(venue, state[15])
    return venue


def _restore_counters(venue: Venue, row: list[Any]) -> None:
    venue.time_ns = row[0]
    venue.founded = row[1]
    venue.dev = row[2]
    venue.check_nonce_window = row[3]
    venue.next_order_id = row[4]
    venue.next_trade_id = row[5]
    venue.next_liquidation_id = row[6]
    venue.next_proposal_id = row[7]
    venue.next_twap_id = row[8]
    venue.pre_accepts = row[9]
    venue.status = row[10]
    venue.status_cause = row[11]
    venue.status_since_ns = row[12]


def _dump_user(user: User) -> list[Any]:
    return [
        user.address,
        user.jurisdiction,
        user.client_class,
        user.owner,
        user.volume_e6,
        user.cancel_at_ms,
        user.cancels_today,
        user.cancels_day,
        user.is_pre_accepted,
        [[text_hash, time_ns] for text_hash, time_ns in user.disclosures.items()],
        [user.volume.day, user.volume.taken, user.volume.made, user.volume.days],
        [[builder, most] for builder, most in user.builders.items()],
        user.name,
        list(user.sub_accounts),
        user.co_signers,
        user.threshold,
    ]


def _restore_user(venue: Venue, row: list[Any]) -> None:
    user = User(row[0], len(venue.user_list))
    user.jurisdiction = row[1]
    user.client_class = row[2]
    venue.link(user, row[3])
    user.volume_e6 = row[4]
    user.cancel_at_ms = row[5]
    user.cancels_today = row[6]
    user.cancels_day = row[7]
    user.is_pre_accepted = row[8]
    for text_hash, time_ns in row[9]:
        user.disclosures[text_hash] = time_ns
    for builder, most in row[11]:
        user.builders[builder] = most
    user.name = row[12]
    user.co_signers = tuple(row[14])
    user.threshold = row[15]
    volume = user.volume
    volume.day, volume.taken, volume.made = row[10][:3]
    volume.days = [(day, taken, made) for day, taken, made in row[10][3]]
    venue.users[user.address] = user
    venue.user_list.append(user)


def _dump_signer(signer: Signer) -> list[Any]:
    return [
        signer.address,
        signer.user.address,
        signer.is_agent,
        signer.name,
        signer.valid_until_ms,
        signer.revoked,
        signer.nonces.remembered(),
    ]


def _restore_signer(venue: Venue, row: list[Any]) -> None:
    signer = Signer(row[0], venue.users[row[1]], row[2])
    signer.name = row[3]
    signer.valid_until_ms = row[4]
    signer.revoked = row[5]
    signer.nonces = NonceWindow(row[6])
    venue.signers[signer.address] = signer
    if signer.is_agent and not signer.revoked:
        signer.user.agents[signer.name] = signer


def _dump_proposal(proposal: Proposal) -> list[Any]:
    return [
        proposal.proposal_id,
        proposal.asset,
        proposal.operator,
        proposal.roles,
        command_bytes(proposal.command),
        proposal.kind,
        proposal.grounds,
        proposal.text,
        proposal.text_hash,
        proposal.epoch,
        proposal.made_ns,
        proposal.expires_ns,
        proposal.effective_ns,
    ]


def _restore_proposal(row: list[Any]) -> Proposal:
    proposal = Proposal(row[0], row[1], row[2], row[3], command_of(row[4]))
    proposal.kind = row[5]
    proposal.grounds = row[6]
    proposal.text = row[7]
    proposal.text_hash = row[8]
    proposal.epoch = row[9]
    proposal.made_ns = row[10]
    proposal.expires_ns = row[11]
    proposal.effective_ns = row[12]
    return proposal


def _dump_twap(twap: Twap) -> list[Any]:
    return [
        twap.twap_id,
        twap.holding.account.user.address,
        twap.holding.market.asset,
        twap.is_buy,
        twap.lots,
        twap.reduce_only,
        twap.minutes,
        twap.randomize,
        twap.started_ns,
        twap.executed_lots,
        str(twap.executed_e6),
        twap.sent,
        twap.next_ns,
        twap.trigger_price,
        twap.trigger_above,
        twap.stop_price,
        twap.stop_above,
        twap.is_waiting,
    ]


def _restore_twap(venue: Venue, row: list[Any]) -> None:
    holding = venue.users[row[1]].holdings[row[2]]
    twap = Twap(row[0], holding, row[3], row[4], row[5], row[6], row[7], row[8])
    twap.executed_lots = row[9]
    twap.executed_e6 = int(row[10])
    twap.sent = row[11]
    twap.next_ns = row[12]
    twap.trigger_price = row[13]
    twap.trigger_above = row[14]
    twap.stop_price = row[15]
    twap.stop_above = row[16]
    twap.is_waiting = row[17]
    twap.watch()
    venue.twaps[twap.twap_id] = twap
    holding.account.twaps[twap.twap_id] = twap

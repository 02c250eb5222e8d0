"""What was done, for operators: each act with who, when, what and the outcome, by page (RULE-1).

Not public: refused acts, deposits and attributes are nobody else's business. A key that only prices
or deploys, which may be another company's, reads its own acts.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid import render, replies
from bellwether.gateway.hyperliquid.decode import Count, ShortText, address_of, convert
from bellwether.gateway.hyperliquid.reads.oversight.desk import ROLES
from bellwether.gateway.hyperliquid.reads.oversight.fields import told_fields
from bellwether.gateway.hyperliquid.reads.request import LATEST
from bellwether.gateway.operators.fields import Word, market_of
from bellwether.gateway.ports import NodePort
from bellwether.schema import codes
from bellwether.schema.commands import AnyCommand, ListMarket, SetAccount
from bellwether.schema.events import CommandRefused
from bellwether.schema.wire import command_of
from bellwether.views.standing.acts import ActRow

MOST_TOLD: Final = 100
_OF_PERSONS: Final = codes.COMPLIANCE | codes.AUDITOR
"""Who reads where an account holder lives and of what class they are."""


class ActsAct(Struct, frozen=True):
    """Those below command `before`; of one kind (`act`), key (`by`) and market, where given."""

    before: Count | None = None
    act: Word | None = None
    by: ShortText | None = None
    coin: Word | None = None


async def acts(node: NodePort, act: dict[str, Any], signer: bytes) -> dict[str, Any]:
    """Up to a hundred acts, newest first. Raises Refused."""
    wanted = convert(act, ActsAct, "act")
    venue = node.engine.venue
    by = None if wanted.by is None else address_of(wanted.by, "act.by")
    asset = None if wanted.coin is None else market_of(wanted.coin, venue).asset
    roles = venue.operators[signer].roles
    if roles & ~codes.PRICER == 0:
        if by not in (None, signer):
            raise Refused("act.by: this key reads its own acts alone")
        by = signer
    before = min(wanted.before or LATEST, LATEST)

    def answer(venue: Venue) -> dict[str, Any]:
        rows = node.views.acts.newest(before, wanted.act, by, asset, MOST_TOLD)
        return {"acts": [_told(venue, row, roles) for row in rows]}

    return await node.read(answer)


def _told(venue: Venue, row: ActRow, roles: int) -> dict[str, Any]:
    command = command_of(row.command)
    refused = CommandRefused(row.reason, int(row.detail or 0)) if row.reason else None
    operator = venue.operators.get(row.signer)
    held = 0 if operator is None else operator.roles
    return {
        "seq": row.seq,
        "time": row.time_ms,
        "kind": row.kind,
        "coin": _coin(venue, row, command),
        "by": render.address(row.signer),
        "roles": [name for role, name in ROLES.items() if held & role],
        "outcome": _outcome(row),
        "refusal": None if refused is None else replies.refusal_of(command, refused),
        "proposalId": row.proposal or None,
        "grounds": getattr(command, "grounds", "") or getattr(command, "basis", ""),
        "fields": _fields(venue, row, command, roles),
    }


def _outcome(row: ActRow) -> str:
    if row.reason:
        return "refused"
    is_decision = row.kind in ("approve", "reject")
    return "proposed" if row.proposal and not is_decision else "done"


def _coin(venue: Venue, row: ActRow, command: AnyCommand) -> str | None:
    if isinstance(command, ListMarket):
        return command.spec.symbol
    market = venue.markets.get(row.asset)
    return None if market is None else market.name


def _fields(venue: Venue, row: ActRow, command: AnyCommand, roles: int) -> dict[str, Any]:
    fields = told_fields(venue.markets.get(row.asset), command)
    if isinstance(command, SetAccount) and roles & _OF_PERSONS == 0:
        return {"user": fields["user"]}
    return fields

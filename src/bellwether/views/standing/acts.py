"""What operators did, refused acts too: by whom, when, and with what outcome (RULE-1).

A row for each signed act, for good. Of what feeds send (prices, observations, indications) the
newest of each key are kept: they are many, and the journal has every one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from bellwether.schema import codes, commands
from bellwether.schema.events import CommandRefused, Event, ProposalMade
from bellwether.schema.wire import command_bytes
from bellwether.views.standing.decisions import Decisions
from bellwether.views.store import Moment, Rows, Store

MOST_OF_A_FEED: Final = 1_000
"""As many acts of a feed are kept for each key."""
NO_MARKET: Final = -1
_MOST_ASSETS: Final = 1 << 31

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS acts (
        seq INTEGER PRIMARY KEY, time_ms INTEGER, kind TEXT, asset INTEGER, signer BLOB,
        proposal INTEGER, reason INTEGER, detail TEXT, command BLOB, is_of_feed INTEGER)""",
    "CREATE INDEX IF NOT EXISTS acts_by_kind ON acts (kind)",
    "CREATE INDEX IF NOT EXISTS acts_by_signer ON acts (signer)",
    "CREATE INDEX IF NOT EXISTS acts_by_asset ON acts (asset)",
)

_PUT: Final = "INSERT INTO acts VALUES (?,?,?,?,?,?,?,?,?,?)"
_DROP: Final = "DELETE FROM acts WHERE seq = ?"

KINDS: Final[dict[type[commands.Command], str]] = {
    commands.Credit: "credit",
    commands.Debit: "debit",
    commands.PayInCapital: "payIn",
    commands.ApproveWithdrawal: "approveWithdrawal",
    commands.ReleaseWithdrawal: "releaseWithdrawal",
    commands.RefuseWithdrawal: "refuseWithdrawal",
    commands.PauseWithdrawals: "pauseWithdrawals",
    commands.ResumeWithdrawals: "resumeWithdrawals",
    commands.SetWithdrawalTerms: "withdrawalTerms",
    commands.SetAccount: "setAccount",
    commands.SetTradingStatus: "halt",
    commands.KeepHalted: "halt",
    commands.SubmitExternalPrice: "externalPrice",
    commands.SubmitIndication: "indicativeAuction",
    commands.ReportExchangeHalt: "exchangeHalt",
    commands.SubmitObservation: "observe",
    commands.ConfirmListing: "confirmListing",
    commands.DeclareEvent: "declareEvent",
    commands.SettleMarket: "settle",
    commands.RebaseMarket: "rebase",
    commands.ListMarket: "listMarket",
    commands.ChangeSpecification: "changeSpec",
    commands.SetPhase: "setPhase",
    commands.ResolveInput: "resolveInput",
    commands.EnterEventPhase: "eventPhase",
    commands.DisableDex: "disableDex",
    commands.Announce: "announce",
    commands.PublishDisclosure: "publishDisclosure",
    commands.DecideProposal: "approve",
    commands.InsertMarginTable: "insertMarginTable",
    commands.SetSubDeployers: "setSubDeployers",
    commands.SetFeeRecipient: "setFeeRecipient",
    commands.AnnotateMarket: "setPerpAnnotation",
}
"""Commands of operators and deployers, by the name that their act has on the wire."""
FEEDS: Final = frozenset(
    {commands.SubmitExternalPrice, commands.SubmitIndication, commands.SubmitObservation}
)


class ActRow(NamedTuple):
    """One act. `asset` is NO_MARKET where it is about none that there is, `proposal` 0 where it
    made or decided none, `reason` 0 where it was taken; `command` is as the journal has it."""

    seq: int
    time_ms: int
    kind: str
    asset: int
    signer: bytes
    proposal: int
    reason: int
    detail: str
    command: bytes
    is_of_feed: bool


class Acts:
    """Collects what a batch brought. Which rows a feed still has is kept at hand."""

    def __init__(self, store: Store, decisions: Decisions) -> None:
        self._store = store
        self._decisions = decisions
        self._new: list[ActRow] = []
        self._old: list[tuple[int]] = []
        self._of_feeds: dict[bytes, deque[int]] = {}
        query = "SELECT seq, signer FROM acts WHERE is_of_feed ORDER BY seq"
        for seq, signer in store.connection.execute(query):
            self._of_feeds.setdefault(bytes(signer), deque()).append(seq)

    def happened(self, command: Any, caused: Sequence[Event], at: Moment) -> None:
        """An operator or a deployer acted."""
        reason, detail, proposal = 0, "", 0
        asset = getattr(command, "asset", NO_MARKET)
        if isinstance(command, commands.DecideProposal):
            asset = self._decisions.asset_of(command.proposal_id)
            if asset is not None:
                proposal = command.proposal_id
        for event in caused:
            if isinstance(event, CommandRefused):
                reason, detail = event.reason, str(event.detail)
            elif isinstance(event, ProposalMade):
                proposal = event.proposal_id
        is_of_feed = type(command) in FEEDS
        is_known = asset is not None and NO_MARKET <= asset < _MOST_ASSETS
        self._new.append(
            ActRow(
                at.seq,
                at.time_ms,
                kind_of(command),
                asset if is_known else NO_MARKET,
                command.signer,
                proposal,
                reason,
                detail,
                command_bytes(command),
                is_of_feed,
            )
        )
        if is_of_feed:
            kept = self._of_feeds.setdefault(command.signer, deque())
            kept.append(at.seq)
            if len(kept) > MOST_OF_A_FEED:
                self._old.append((kept.popleft(),))

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
            self._new = []
        if self._old:
            rows.add(_DROP, self._old)
            self._old = []

    def newest(
        self, before: int, kind: str | None, signer: bytes | None, asset: int | None, limit: int
    ) -> list[ActRow]:
        """Return up to `limit` acts below command `before`, newest first; None asks for all."""
        wanted = (("kind", kind), ("signer", signer), ("asset", asset))
        given = [(name, value) for name, value in wanted if value is not None]
        where = "".join(f" AND {name} = ?" for name, _ in given)
        query = f"SELECT * FROM acts WHERE seq < ?{where} ORDER BY seq DESC LIMIT ?"  # noqa: S608
        keys = (before, *(value for _, value in given), limit)
        return [ActRow._make(row) for row in self._store.connection.execute(query, keys)]


def kind_of(command: Any) -> str:
    """The name of an act on the wire; a deployer's is that of its action."""
    if variant := getattr(command, "variant", ""):
        return str(variant)
    if isinstance(command, commands.DecideProposal):
        return "approve" if command.approve else "reject"
    if isinstance(command, commands.SetTradingStatus):
        return "resume" if command.status == codes.OPEN else "halt"
    return KINDS[type(command)]

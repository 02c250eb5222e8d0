"""`/exchange`: a signed action in, a reply out (§3 of the API notes)."""

from __future__ import annotations

from typing import Any, Final, final

import msgspec
from msgspec import to_builtins

from bellwether.engine.state.user import User
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.hyperliquid import decode, replies, signing
from bellwether.gateway.hyperliquid.actions import Authority, command_of
from bellwether.gateway.hyperliquid.decode import Action, Envelope, PlainEnvelope, address_of
from bellwether.gateway.hyperliquid.deploy.commands import deployed
from bellwether.gateway.hyperliquid.reads.losses import liquidation_prices
from bellwether.gateway.hyperliquid.recovery import Recoverer
from bellwether.gateway.hyperliquid.refusals import request_text
from bellwether.gateway.hyperliquid.together.asking import OF_THE_SENDER, asked_of, inner_of
from bellwether.gateway.hyperliquid.together.signatures import Party, party_of
from bellwether.gateway.hyperliquid.wire import accounts
from bellwether.gateway.hyperliquid.wire.refused import refusal_of
from bellwether.gateway.limits import Limits, action_weight
from bellwether.gateway.metrics import Metrics
from bellwether.gateway.ports import NodePort, Settings, submitted
from bellwether.node.errors import CommandUnfit
from bellwether.schema import rejects
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import CommandRefused
from bellwether.units.quantities import NS_PER_MS

_MOST_PEERS: Final = 8_192
FRESH_MS: Final = 60_000
"""How old the signature under a read may be."""

_CANCELS: Final = frozenset({decode.Cancel, decode.CancelByCloid, decode.TwapCancelAction})
_BATCHES: Final = ("orders", "cancels", "modifies")
_BOTH_SOURCES: Final = ("b", "a")
_OWN_SOURCE: Final = ("b",)

Signed = Envelope | PlainEnvelope


@final
class Authenticator:
    """Finds the signer of an action; remembers which of the possible forms a peer signs.

    A form is a source ("a" or "b", not on the wire) and an order of the keys (as received, or
    canonical). A wrong guess costs one more recovery.
    """

    def __init__(
        self, node: NodePort, settings: Settings, metrics: Metrics, recoverer: Recoverer
    ) -> None:
        self._node = node
        self._recoverer = recoverer
        self._sources = _BOTH_SOURCES if settings.dev else _OWN_SOURCE
        self._takes_mainnet = settings.dev
        self._metrics = metrics
        self._preferred: dict[str, int] = {}
        forms = range(2 * len(self._sources))
        self._turns: Final = [(first, *(n for n in forms if n != first)) for first in forms]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of an L1 signature that are taken; clients should use the first."""
        return self._sources

    def known(self, address: bytes) -> bool:
        """Is this the key of an account, an agent or an operator?"""
        venue: Venue = self._node.engine.venue
        return address in venue.signers or address in venue.operators

    def form_of(self, peer: str) -> int:
        """The number of the form in which a peer signs, as far as is known."""
        return self._preferred.get(peer, 0)

    async def signer_of(
        self, envelope: Signed, action: Action | None, peer: str, urgent: bool = False
    ) -> tuple[bytes, bool]:
        """The address that signed and whether it is known. Raises Refused or WrongShape.

        Form after form is tried, the preferred one first, and the first known signer wins; if
        nobody is known, the address is that of the first form.
        """
        given = envelope.signature
        signature = signing.signature_bytes(given.r, given.s, given.v)
        if isinstance(envelope, Envelope) and envelope.action["type"] in signing.USER_SIGNED:
            return await self._user_signed(envelope, signature)
        preferred = self._preferred.get(peer, 0)
        forms = _Forms(envelope, action)
        stranger = b""
        for number in self._turns[preferred]:
            is_received = number < len(self._sources)
            payload = forms.received() if is_received else forms.canonical()
            if payload is None:
                continue
            message = signing.agent_message(payload, self._sources[number % len(self._sources)])
            address = await self._recoverer.recover(message, signature, urgent)
            if self.known(address):
                self._found(peer, number, preferred)
                return address, True
            stranger = stranger or address
        self._metrics.recovered()
        return stranger, False

    def _found(self, peer: str, number: int, preferred: int) -> None:
        """A signer was recovered by the form with this number."""
        self._metrics.recovered()
        if number != preferred:
            if len(self._preferred) >= _MOST_PEERS:
                self._preferred.clear()
            self._preferred[peer] = number

    async def party_of(self, envelope: Envelope, action: decode.MultiSig) -> Party:
        """Who has signed an action of several signers. Raises Refused or WrongShape."""
        name = address_of(action.payload.multi_sig_user, "action.payload.multiSigUser")
        venue: Venue = self._node.engine.venue
        user = venue.users.get(name)
        party = await party_of(envelope, action, user, self._recoverer, self._takes_mainnet)
        self._metrics.recovered()
        return party

    async def _user_signed(self, envelope: Envelope, signature: bytes) -> tuple[bytes, bool]:
        action = envelope.action
        chain = action.get("hyperliquidChain")
        if chain not in ("Mainnet", "Testnet"):
            raise WrongShape("action.hyperliquidChain: expected `Mainnet` or `Testnet`")
        if chain == "Mainnet" and not self._takes_mainnet:
            raise Refused("Mainnet and testnet require different signature.")
        if action.get("time", action.get("nonce")) != envelope.nonce:
            raise Refused("Nonce mismatch.")
        message = signing.digest_message(signing.user_signed_digest(action))
        address = await self._recoverer.recover(message, signature)
        self._metrics.recovered()
        return address, self.known(address)


@final
class _Forms:
    """The payloads of an action's connection, as received and in canonical form."""

    def __init__(self, envelope: Signed, action: Action | None) -> None:
        self._envelope = envelope
        self._action = action
        self._packed: bytes = msgspec.msgpack.encode(envelope.action)

    def received(self) -> bytes:
        return _payload(self._packed, self._envelope)

    def canonical(self) -> bytes | None:
        """None where it does not differ from what was received."""
        action = self._action
        if isinstance(action, decode.PerpDeploy) and action.content is not None:
            packed = _packed({"type": "perpDeploy", action.variant: to_builtins(action.content)})
        elif action is not None and not isinstance(action, decode.PerpDeploy):
            packed = decode.canonical_action(action)
        else:
            raw: Any = self._envelope.action
            packed = _packed({"type": raw["type"], **raw})
        return None if packed == self._packed else _payload(packed, self._envelope)


def _packed(action: dict[str, Any]) -> bytes:
    return msgspec.msgpack.encode(action)


def _payload(packed: bytes, envelope: Signed) -> bytes:
    expires_after = envelope.expires_after
    return signing.connection_payload(
        packed,
        envelope.nonce,
        _vault_of(envelope) or None,
        expires_after if isinstance(expires_after, int) else None,
    )


def _vault_of(envelope: Signed) -> bytes:
    """The address an action is for beside its signer's own, empty for none. Raises WrongShape."""
    vault = envelope.vault_address
    return address_of(vault, "vaultAddress") if isinstance(vault, str) else b""


@final
class Exchange:
    """Answers signed actions, from HTTP and from WebSocket posts alike."""

    def __init__(
        self, node: NodePort, authenticator: Authenticator, limits: Limits, metrics: Metrics
    ) -> None:
        self._node = node
        self._authenticator = authenticator
        self._limits = limits
        self._metrics = metrics
        self._underway: dict[str, int] = {}

    async def answer(self, body: dict[str, Any] | PlainEnvelope, ip: str, peer: str) -> bytes:
        """The reply to an envelope; `peer` names the connection. Raises Fault and NodeStopped."""
        envelope: Signed
        action: Action
        if isinstance(body, PlainEnvelope):
            envelope, action, name = body, body.action, body.name
        else:
            envelope = decode.envelope_of(body)
            action = decode.action_of(envelope.action)
            name = envelope.action["type"]
        self._limits.weigh(ip, action_weight(entries_of(action)))
        underway = self._underway.get(peer, 0)
        self._underway[peer] = underway + 1
        # A cancel overtakes what others ask, and nothing of its own client's.
        urgent = underway == 0 and type(action) in _CANCELS
        try:
            reply = await self._carry_out(envelope, action, name, peer, urgent)
        except Refused as refused:
            self._metrics.acted(name, "err")
            return replies.err(refused.text)
        finally:
            self._leave(peer)
        self._metrics.acted(name, "ok")
        return reply

    def _leave(self, peer: str) -> None:
        left = self._underway[peer] - 1
        if left:
            self._underway[peer] = left
        else:
            del self._underway[peer]

    async def _carry_out(
        self, envelope: Signed, action: Action, name: str, peer: str, urgent: bool
    ) -> bytes:
        if isinstance(action, decode.MultiSig) and isinstance(envelope, Envelope):
            return await self._carry_out_together(envelope, action)
        account_for = _vault_of(envelope)
        signer, is_known = await self._authenticator.signer_of(envelope, action, peer, urgent)
        if not is_known:
            raise Refused(replies.stranger(signer, name in signing.USER_SIGNED))
        venue = self._node.engine.venue
        entry = venue.signers.get(signer)
        if name in signing.USER_SIGNED:
            if entry is not None and entry.is_agent:
                raise Refused(request_text(rejects.MASTER_ONLY, user=signer))
            if account_for not in (b"", signer):
                # The signature does not speak of the vault: whoever carries it could name one.
                raise Refused(request_text(rejects.SUB_ACCOUNT_MAY_NOT))
        if entry is not None:
            user = entry.user.sub_accounts.get(account_for, entry.user)
            self._limits.count_action(user, entries_of(action), type(action) in _CANCELS)
        if (refusal := refusal_of(name, action)) is not None:
            if isinstance(action, accounts.UsdClassTransfer):
                _, _, named = action.amount.partition(" subaccount:")
                account_for = address_of(named, "action.amount") if named else b""
            self._acted_for(signer, account_for)
            raise Refused(refusal)
        if isinstance(action, decode.LiquidationPricesAction):
            return await self._own_prices(signer, account_for, envelope.nonce)
        by = Authority(signer, account_for, envelope.nonce, _expiry(envelope))
        if isinstance(action, decode.PerpDeploy):
            command = self._deployed(action, by)
        else:
            command = command_of(action, by, venue)
        try:
            receipt = await self._node.submit(command)
        except CommandUnfit as unfit:
            raise WrongShape(str(unfit)) from unfit
        return replies.reply_to(name, command, receipt.events, self._node.engine.venue)

    async def _carry_out_together(self, envelope: Envelope, action: decode.MultiSig) -> bytes:
        """An action of several signers: its weight is that of what is asked for."""
        inner = inner_of(action)
        party = await self._authenticator.party_of(envelope, action)
        venue: Venue = self._node.engine.venue
        entry = venue.signers.get(party.sender)
        if entry is None:
            raise Refused(replies.stranger(party.sender, False))
        user = venue.users.get(party.account)
        is_theirs = user is not None and entry.user.address in user.co_signers
        payer = user if is_theirs else entry.user
        self._limits.count_action(payer, entries_of(inner), type(inner) in _CANCELS)
        account_for = _vault_of(envelope)
        by = (envelope.nonce, _expiry(envelope))
        asked = asked_of(inner, party, account_for, by, venue)
        receipt = await submitted(self._node, asked.command)
        for event in receipt.events:
            if isinstance(event, CommandRefused):
                said = asked.command if event.reason in OF_THE_SENDER else asked.inner
                raise Refused(replies.refusal_of(said, event))
        name: str = action.payload.action["type"]
        return replies.reply_to(name, asked.inner, receipt.events, self._node.engine.venue)

    def _acted_for(self, signer: bytes, account_for: bytes) -> User:
        """Whom a signer acts for in what does not reach the engine. Raises Refused as that does."""
        entry = self._node.engine.venue.signers.get(signer)
        if entry is None or entry.revoked:
            raise Refused(request_text(rejects.SIGNER_UNKNOWN, user=signer))
        if entry.user.threshold and not entry.is_agent:
            raise Refused(request_text(rejects.MULTI_SIG_REQUIRED, user=signer))
        if entry.has_expired(self._node.clock.time_ns()):
            raise Refused(request_text(rejects.AGENT_EXPIRED, user=signer))
        if account_for in (b"", entry.user.address):
            return entry.user
        if account_for not in entry.user.sub_accounts:
            raise Refused(request_text(rejects.VAULT_UNKNOWN, account=account_for))
        return entry.user.sub_accounts[account_for]

    async def _own_prices(self, signer: bytes, account_for: bytes, nonce: int) -> bytes:
        """Liquidation prices for who has just signed for them; nothing is journalled (LIQ-7)."""
        user = self._acted_for(signer, account_for)
        now_ms = self._node.clock.time_ns() // NS_PER_MS
        is_held = self._node.engine.venue.check_nonce_window
        if is_held and abs(nonce - now_ms) > FRESH_MS:
            raise Refused(request_text(rejects.NONCE_TOO_OLD))
        shown = await self._node.read(lambda _: liquidation_prices(user))
        return replies.ok("liquidationPrices", shown)

    def _deployed(self, action: decode.PerpDeploy, by: Authority) -> AnyCommand:
        """The command of a deployer's action, which no account stands behind. Raises Refused."""
        venue = self._node.engine.venue
        if not venue.has_part(by.signer):
            # Only who may act at all gets as far as the journal.
            if venue.is_agent(by.signer):
                raise Refused("An API Wallet does not deploy; setSubDeployers names its key.")
            raise Refused(request_text(rejects.ROLE_MISSING))
        if by.account_for:
            raise Refused(request_text(rejects.VAULT_UNKNOWN, account=by.account_for))
        if by.expires_after and venue.time_ns > by.expires_after * NS_PER_MS:
            raise Refused(request_text(rejects.EXPIRED))
        return deployed(action, by.signer, by.nonce, venue)


def _expiry(envelope: Signed) -> int:
    """An expiry of 0 lies in the past; to the engine 0 would mean that there is none."""
    expires_after = envelope.expires_after
    return max(1, expires_after) if isinstance(expires_after, int) else 0


def entries_of(action: Action) -> int:
    """How many orders, cancels or modifies an action holds."""
    if isinstance(action, decode.Order):
        return len(action.orders)
    if isinstance(action, (decode.Cancel, decode.CancelByCloid)):
        return len(action.cancels)
    if isinstance(action, decode.BatchModify):
        return len(action.modifies)
    if isinstance(action, decode.MultiSig):
        return len(action.signatures) + _inner_entries(action.payload.action)
    return 1


def _inner_entries(action: dict[str, Any]) -> int:
    """The same of an action that has not been looked at yet."""
    batches = [action.get(name) for name in _BATCHES]
    return sum(len(batch) for batch in batches if isinstance(batch, list)) or 1

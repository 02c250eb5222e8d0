"""Actions and their envelope as typed structs (§3.1 and §3.3 of the API notes; IFACE-7).

Fields stand in the order in which clients hash them, so that encoding a struct gives the canonical
form. Unknown fields are ignored here; they stay in the form as received.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid.deploy import wire as deploy_wire
from bellwether.gateway.hyperliquid.wire import accounts, foreign
from bellwether.gateway.hyperliquid.wire.types import (
    Action as Action,
    Amount as Amount,
    Cloid,
    Count as Count,
    Hash,
    Moment as Moment,
    Money,
    Percentage,
    Quantity256,
    ShortText as ShortText,
    Small,
)
from bellwether.units.text import canonical_decimal

MAX_BATCH: Final = 100
MAX_SIGNATURES: Final = 10

_HEX_ADDRESS: Final = re.compile(r"(?:0x)?([0-9a-fA-F]{40})", re.ASCII)


class Signature(Struct, frozen=True):
    r: Quantity256
    s: Quantity256
    v: Small


class Envelope(Struct, frozen=True, rename="camel"):
    """The body of `/exchange` and the payload of a WebSocket post of type `action`."""

    action: dict[str, Any]
    nonce: Count
    signature: Signature
    vault_address: ShortText | None = None
    expires_after: Count | None = None


class LimitTerms(Struct, frozen=True):
    """`Fok` is this venue's own: the dialect has no fill-or-kill."""

    tif: Literal["Gtc", "Ioc", "Alo", "FrontendMarket", "Fok"]


class TriggerTerms(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """In place of a price, a stop of this venue may give the distance at which it follows the mark:
    `trailPx` in USD, or `trailRate` as a share of the price. `triggerBy` is this venue's own too:
    the price that a trigger watches, which is the mark where it is absent."""

    is_market: bool
    trigger_px: Amount | UnsetType = UNSET
    tpsl: Literal["tp", "sl"]
    trail_px: Amount | UnsetType = UNSET
    trail_rate: Amount | UnsetType = UNSET
    trigger_by: Literal["mark", "index", "last"] | UnsetType = UNSET


class OrderTerms(Struct, frozen=True, omit_defaults=True):
    limit: LimitTerms | UnsetType = UNSET
    trigger: TriggerTerms | UnsetType = UNSET


class OrderWire(Struct, frozen=True, omit_defaults=True):
    asset: Small = field(name="a")
    is_buy: bool = field(name="b")
    price: Amount = field(name="p")
    size: Amount = field(name="s")
    reduce_only: bool = field(name="r")
    terms: OrderTerms = field(name="t")
    client_order_id: Cloid | None | UnsetType = field(name="c", default=UNSET)


class Builder(Struct, frozen=True):
    address: ShortText = field(name="b")
    fee: Small = field(name="f")


class Priority(Struct, frozen=True):
    p: Small


class Order(Action, frozen=True, tag="order"):
    orders: Annotated[list[OrderWire], Meta(max_length=MAX_BATCH)]
    grouping: Literal["na", "normalTpsl", "positionTpsl"] | Priority | UnsetType = UNSET
    builder: Builder | None | UnsetType = UNSET


class CancelWire(Struct, frozen=True):
    asset: Small = field(name="a")
    order_id: Count = field(name="o")


class Cancel(Action, frozen=True, tag="cancel"):
    cancels: Annotated[list[CancelWire], Meta(max_length=MAX_BATCH)]
    fast: bool | UnsetType = field(name="f", default=UNSET)


class CancelByCloidWire(Struct, frozen=True):
    asset: Small
    cloid: Cloid


class CancelByCloid(Action, frozen=True, tag="cancelByCloid"):
    cancels: Annotated[list[CancelByCloidWire], Meta(max_length=MAX_BATCH)]
    fast: bool | UnsetType = field(name="f", default=UNSET)


class Modify(Action, frozen=True, tag="modify"):
    oid: Count | Cloid
    order: OrderWire
    always: bool | UnsetType = field(name="a", default=UNSET)


class ModifyWire(Struct, frozen=True):
    oid: Count | Cloid
    order: OrderWire


class BatchModify(Action, frozen=True, tag="batchModify"):
    modifies: Annotated[list[ModifyWire], Meta(max_length=MAX_BATCH)]
    always: bool | UnsetType = field(name="a", default=UNSET)


class PlainEnvelope(Struct, frozen=True, rename="camel"):
    """The body of `/exchange` with one of the actions that come most often, typed at once."""

    action: Order | Cancel | CancelByCloid | Modify | BatchModify
    nonce: Count
    signature: Signature
    vault_address: ShortText | None | UnsetType = UNSET
    expires_after: Count | None | UnsetType = UNSET

    @property
    def name(self) -> str:
        """The action's type."""
        return str(self.action.__struct_config__.tag)


class PlainRequest(Struct, frozen=True, tag_field="type", tag="action"):
    """What a post over a WebSocket asks for, with one of those actions."""

    payload: PlainEnvelope


class PlainPost(Struct, frozen=True, tag_field="method", tag="post"):
    """A post over a WebSocket with one of those actions, typed at once."""

    number: Count = field(name="id")
    request: PlainRequest


class ScheduleCancelAction(Action, frozen=True, tag="scheduleCancel"):
    time: Moment | None | UnsetType = UNSET


class TwapWire(Struct, frozen=True):
    asset: Small = field(name="a")
    is_buy: bool = field(name="b")
    size: Amount = field(name="s")
    reduce_only: bool = field(name="r")
    minutes: Small = field(name="m")
    randomize: bool = field(name="t")


class TwapTrigger(Struct, frozen=True):
    price: Amount = field(name="p")
    above: bool = field(name="a")


class TwapDetails(Struct, frozen=True):
    trigger: TwapTrigger | None = field(name="t")
    stop_price: Amount | None = field(name="s")


class TwapOrderAction(Action, frozen=True, tag="twapOrder"):
    twap: TwapWire
    details: TwapDetails | None | UnsetType = UNSET


class TwapCancelAction(Action, frozen=True, tag="twapCancel"):
    asset: Small = field(name="a")
    twap_id: Count = field(name="t")


class UpdateLeverageAction(Action, frozen=True, tag="updateLeverage"):
    asset: Small
    is_cross: bool
    leverage: Small


class UpdateIsolatedMarginAction(Action, frozen=True, tag="updateIsolatedMargin"):
    asset: Small
    is_buy: bool
    ntli: Money


class NoopAction(Action, frozen=True, tag="noop"):
    pass


class Withdraw3(Action, frozen=True, tag="withdraw3"):
    destination: ShortText
    amount: Amount
    time: Count


class MultiSigSigners(Struct, frozen=True, rename="camel"):
    """Who signs together, and how many of them must."""

    authorized_users: Annotated[list[ShortText], Meta(max_length=MAX_BATCH)]
    threshold: Annotated[int, Meta(ge=0, le=MAX_BATCH)]


class ConvertToMultiSigUser(Action, frozen=True, tag="convertToMultiSigUser"):
    """`signers` are MultiSigSigners or null, in JSON text or as they are."""

    signers: Annotated[str, Meta(max_length=8_192)] | MultiSigSigners | None
    nonce: Count


class MultiSigPayload(Struct, frozen=True, rename="camel"):
    multi_sig_user: ShortText
    outer_signer: ShortText
    action: dict[str, Any]


class MultiSig(Action, frozen=True, tag="multiSig"):
    """One action that several signers have signed; `signature_chain_id` is that of the sender."""

    signature_chain_id: ShortText
    signatures: Annotated[list[Signature], Meta(max_length=MAX_SIGNATURES)]
    payload: MultiSigPayload


class ApproveAgentAction(Action, frozen=True, tag="approveAgent"):
    agent_address: ShortText
    nonce: Count
    agent_name: ShortText | None | UnsetType = UNSET


class ApproveBuilderFeeAction(Action, frozen=True, tag="approveBuilderFee"):
    max_fee_rate: Percentage
    builder: ShortText
    nonce: Count


class ClaimRewardsAction(Action, frozen=True, tag="claimRewards"):
    pass


class PerpDeploy(Action, frozen=True, tag="perpDeploy"):
    """A deployer's action: one of its variants, with what stands under its name."""

    variant: str = ""
    content: Any = None


class AcceptDisclosureAction(Action, frozen=True, tag="acceptDisclosure"):
    coin: ShortText
    hash: Hash


class SetAssignmentAction(Action, frozen=True, tag="setAssignment"):
    """The account takes liquidated positions over, or with neither side no more (LIQ-3)."""

    coin: ShortText
    accept_long: bool
    accept_short: bool
    max_size: Amount
    max_position: Amount
    edge_bp: Count
    days: Literal["all", "weekdays", "weekends"] = "all"


class LiquidationPricesAction(Action, frozen=True, tag="liquidationPrices"):
    """The owner asks where its positions would be liquidated: a read, but signed (LIQ-7)."""


SUPPORTED: Final[dict[str, type[Action]]] = {
    "order": Order,
    "cancel": Cancel,
    "cancelByCloid": CancelByCloid,
    "modify": Modify,
    "batchModify": BatchModify,
    "scheduleCancel": ScheduleCancelAction,
    "twapOrder": TwapOrderAction,
    "twapCancel": TwapCancelAction,
    "updateLeverage": UpdateLeverageAction,
    "updateIsolatedMargin": UpdateIsolatedMarginAction,
    "noop": NoopAction,
    "withdraw3": Withdraw3,
    "convertToMultiSigUser": ConvertToMultiSigUser,
    "multiSig": MultiSig,
    **accounts.ACTIONS,
    **foreign.ACTIONS,
    "approveAgent": ApproveAgentAction,
    "approveBuilderFee": ApproveBuilderFeeAction,
    "claimRewards": ClaimRewardsAction,
    "acceptDisclosure": AcceptDisclosureAction,
    "setAssignment": SetAssignmentAction,
    "liquidationPrices": LiquidationPricesAction,
}
"""What this venue carries out, or refuses with its own reason (`wire/foreign.py`)."""

"""Actions of the dialect that this venue knows and refuses by name."""

T = TypeVar("T")


def convert(value: Any, kind: type[T], path: str) -> T:
    """`value` as `kind`. Raises WrongShape naming the field under `path` and what was expected."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise WrongShape(_located(str(error), path)) from None


def envelope_of(body: dict[str, Any]) -> Envelope:
    """Raises WrongShape."""
    return convert(body, Envelope, "")


_read_envelope: Final = msgspec.json.Decoder(PlainEnvelope).decode
_read_post: Final = msgspec.json.Decoder(PlainPost).decode
_written: Final = msgspec.json.Encoder().encode
_POST_BEGINS: Final = (b'{"method":"post"', b'{"method": "post"')


def plain_envelope(body: bytes) -> PlainEnvelope | None:
    """What a body holds that is written as this venue would write it, but for spaces; None for
    every other body, which is to be read step by step. Raises WrongShape as `action_of` does.

    Written again it gives the same bytes, so there is no other reading of it, no field that is not
    known, and the action is packed as it was received.
    """
    envelope = _plain(_read_envelope, body)
    if envelope is not None:
        _check_orders(envelope.action)
    return envelope


def plain_post(frame: bytes) -> PlainPost | None:
    """The same of a WebSocket's frame that posts an action; None where `plain_envelope` raises."""
    post = _plain(_read_post, frame) if frame.startswith(_POST_BEGINS) else None
    try:
        if post is not None:
            _check_orders(post.request.payload.action)
    except WrongShape:
        return None
    return post


def _plain(read: Callable[[bytes], T], body: bytes) -> T | None:
    """What is read at once, if it is written again as it came."""
    try:
        content = read(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    written = _written(content)
    if written == body or msgspec.json.format(body, indent=-1) == written:
        return content
    return None


def action_of(action: dict[str, Any]) -> Action:
    """The typed action. Raises WrongShape."""
    name = action.get("type")
    if not isinstance(name, str):
        raise WrongShape("action.type: expected a string")
    if name == "perpDeploy":
        return _deployment_of(action)
    kind = SUPPORTED.get(name)
    if kind is None:
        raise WrongShape(f"action.type: unknown action `{name[:64]}`")
    typed = convert(action, kind, "action")
    if isinstance(typed, foreign.Variants):
        _check_variant(typed)
    _check_orders(typed)
    return typed


def _check_orders(action: Action) -> None:
    """Each order is a limit or a trigger, and a trigger has one price. Raises WrongShape."""
    for number, order in enumerate(_orders(action)):
        if (order.terms.limit is UNSET) is (order.terms.trigger is UNSET):
            raise WrongShape(f"action: order {number}: `t` is expected to be a limit or a trigger")
        trigger = order.terms.trigger
        if isinstance(trigger, TriggerTerms) and _prices_of(trigger) != 1:
            raise WrongShape(
                f"action: order {number}: `trigger` is expected to have one of `triggerPx`,"
                " `trailPx` and `trailRate`"
            )


def _check_variant(action: foreign.Variants) -> None:
    """Exactly one variant is there. Raises WrongShape."""
    names = [one.encode_name for one in msgspec.structs.fields(action)]
    given = [name for name in action.__struct_fields__ if getattr(action, name) is not UNSET]
    if len(given) != 1:
        raise WrongShape(f"action: expected exactly one of {', '.join(names)}")


def _deployment_of(action: dict[str, Any]) -> PerpDeploy:
    """Exactly one variant that is known. Raises WrongShape."""
    variants = [name for name in action if name != "type"]
    known = [*deploy_wire.VARIANTS, *deploy_wire.REFUSED]
    if len(variants) != 1 or variants[0] not in known:
        raise WrongShape(f"action: expected exactly one of {', '.join(known)}")
    variant = variants[0]
    kind = deploy_wire.VARIANTS.get(variant)
    if kind is None:
        return PerpDeploy(variant)
    return PerpDeploy(variant, convert(action[variant], kind, f"action.{variant}"))


def _prices_of(trigger: TriggerTerms) -> int:
    given = (trigger.trigger_px, trigger.trail_px, trigger.trail_rate)
    return sum(price is not UNSET for price in given)


def _orders(action: Action) -> list[OrderWire]:
    if isinstance(action, Order):
        return action.orders
    if isinstance(action, Modify):
        return [action.order]
    if isinstance(action, BatchModify):
        return [modify.order for modify in action.modifies]
    return []


_PATTERN_WORDS: Final = (
    (" subaccount:", "expected a decimal string, and perhaps ` subaccount:` and an address"),
    ("{1,40}", "expected a decimal string"),
    ("[0-9a-fA-F])*", "expected 0x and pairs of hexadecimal digits"),
    ("{1,8}0*", "expected a decimal string of at most 12 digits and 8 decimals"),
    ("{32}", "expected 0x and 32 hexadecimal digits"),
    ("]{64}", "expected 0x and 64 hexadecimal digits"),
    ("{1,64}", "expected 0x and at most 64 hexadecimal digits"),
    ("{1,9})?%", "expected a percentage such as 0.01%"),
    ("[A-Z]{2}", "expected a code of a country or its part, such as US or US-NY"),
)
"""What the patterns above mean, by a piece of each that no other holds."""


def _located(message: str, path: str) -> str:
    """`Expected … - at `$.orders[0].p`` as `action.orders[0].p: expected …`."""
    text, _, place = message.partition(" - at `$")
    where = (path + place.rstrip("`")).lstrip(".")
    text = next((words for mark, words in _PATTERN_WORDS if mark in text), text)
    text = text[:1].lower() + text[1:]
    return f"{where}: {text}" if where else text


def canonical_action(action: Action) -> bytes:
    """The msgpack of an action in canonical order, decimals and hexadecimals at their shortest."""
    return msgspec.msgpack.encode(_canonical(msgspec.to_builtins(action)))


_DECIMALS: Final = frozenset(
    "p s triggerPx trailPx trailRate amount leverage riskFreeRate startPx orderSz"
    " settleFraction".split()
)
_HEXADECIMALS: Final = frozenset({"c", "cloid", "oid", "b", "hash"})


def _canonical(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _canonical(child, name) for name, child in value.items()}
    if isinstance(value, list):
        return [_canonical(child) for child in value]
    if isinstance(value, str):
        if key in _DECIMALS:
            return canonical_decimal(value)
        if key in _HEXADECIMALS:
            return value.lower()
    return value


def address_of(text: str, path: str) -> bytes:
    """20 bytes from 40 hexadecimal digits of any case, with or without 0x. Raises WrongShape."""
    match = _HEX_ADDRESS.fullmatch(text)
    if match is None:
        raise WrongShape(f"{path}: expected an address of 40 hexadecimal digits")
    return bytes.fromhex(match[1])

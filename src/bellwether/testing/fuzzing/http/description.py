"""The HTTP surface as an OpenAPI document, made from the code that decodes requests.

Actions and acts come from the structs they are decoded into. What a read asks for is found out by
asking: its handler is called on a dev world, with a field more each time, until nothing is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, Final, TypeVar

import msgspec

import bellwether
from bellwether.engine.engine import Engine
from bellwether.engine.state.venue import Venue
from bellwether.gateway.dev_clock import ClockMove
from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid import decode
from bellwether.gateway.hyperliquid.deploy import wire
from bellwether.gateway.hyperliquid.info import HANDLERS, InfoError
from bellwether.gateway.hyperliquid.reads.request import Request
from bellwether.gateway.operators import acts, life, markets, observations, withdrawals
from bellwether.gateway.operators.asked import acts as recorded, preview, questions, stress
from bellwether.node.clock import Clock, ManualClock
from bellwether.node.founding.genesis import dev_genesis
from bellwether.testing.fuzzing.specimens import ADDRESS, CLOID, START_MS
from bellwether.units.quantities import NS_PER_MS
from bellwether.views.candles import INTERVALS_MS
from bellwether.views.views import Views

T = TypeVar("T")
Schema = dict[str, Any]

_REFERENCE: Final = "#/components/schemas/{name}"
_ADDRESS: Final[Schema] = {"type": "string", "pattern": "^(0x)?[0-9a-fA-F]{40}$"}
_WHOLE: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
_WORD: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean"}

FIELDS: Final[dict[str, tuple[Schema, Any]]] = {
    "aggregateByTime": (_FLAG, True),
    "builder": (_ADDRESS, ADDRESS),
    "coin": (_WORD, "CBRS"),
    "dex": (_WORD, ""),
    "endTime": (_WHOLE, START_MS),
    "every": (_WHOLE, 1 << 62),
    "format": ({"enum": ["json", "csv"]}, "json"),
    "id": (_WHOLE, 1),
    "interval": ({"enum": sorted(INTERVALS_MS)}, "1m"),
    "mantissa": ({"enum": [1, 2, 5]}, 2),
    "nSigFigs": ({"enum": [2, 3, 4, 5]}, 5),
    "oid": ({"anyOf": [_WHOLE, {"type": "string", "pattern": "^0x[0-9a-fA-F]{32}$"}]}, CLOID),
    "reversed": (_FLAG, False),
    "source": (_ADDRESS, ADDRESS),
    "startTime": (_WHOLE, 0),
    "time": (_WHOLE, START_MS),
    "tokenId": (_WORD, "0x6d1e7cde53ba9467b783cb7c530ce054"),
    "user": (_ADDRESS, ADDRESS),
    "users": ({"type": "array", "items": _ADDRESS}, [ADDRESS]),
    "version": (_WHOLE, 1),
}
"""Every field of a read: what it must be, and one that is."""

ACT_STRUCTS: Final[dict[str, type[msgspec.Struct]]] = {
    "credit": acts.CashAct,
    "debit": acts.CashAct,
    "payIn": acts.PayInAct,
    "approveWithdrawal": withdrawals.ApproveAct,
    "releaseWithdrawal": withdrawals.ReleaseAct,
    "refuseWithdrawal": withdrawals.RefuseAct,
    "pauseWithdrawals": withdrawals.PauseAct,
    "resumeWithdrawals": withdrawals.ResumeAct,
    "withdrawalTerms": withdrawals.TermsAct,
    "setAccount": acts.AccountAct,
    "halt": acts.HaltAct,
    "resume": acts.ResumeAct,
    "announce": acts.AnnounceAct,
    "publishDisclosure": acts.DisclosureAct,
    "approve": acts.DecisionAct,
    "reject": acts.DecisionAct,
    "externalPrice": life.ExternalPriceAct,
    "indicativeAuction": life.IndicationAct,
    "exchangeHalt": life.ExchangeHaltAct,
    "observe": observations.ObserveAct,
    "confirmListing": life.ListingAct,
    "declareEvent": life.EventAct,
    "settle": life.SettleAct,
    "rebase": life.RebaseAct,
    "listMarket": markets.ListAct,
    "changeSpec": markets.ChangeAct,
    "setPhase": markets.PhaseAct,
    "eventPhase": markets.EventAct,
    "resolveInput": markets.ResolveAct,
    "disableDex": markets.DisableAct,
    "withdrawals": questions.QueueAct,
    "preview": preview.PreviewAct,
    "stress": stress.StressAct,
    "acts": recorded.ActsAct,
}
"""What each act is decoded into."""


class _Asked(dict[str, Any]):
    """Remembers what was looked for in it."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__(content)
        self.names: list[str] = []

    def get(self, name: str, otherwise: Any = None) -> Any:
        if name not in self.names:
            self.names.append(name)
        return super().get(name, otherwise)


class _World:
    """A dev world that nothing has happened in, as reads see it."""

    def __init__(self) -> None:
        start_ns = START_MS * NS_PER_MS
        self.engine = Engine()
        self.clock: Clock = ManualClock(start_ns)
        self.views = Views(None)
        command = dev_genesis(start_ns, check_nonce_window=False)
        self.views.apply_batch(1, [(start_ns, command, list(self.engine.apply(command, start_ns)))])

    async def read(self, fn: Callable[[Venue], T]) -> T:
        """At once: nothing is on its way."""
        return fn(self.engine.venue)

    def subscribe(self, _listener: Any) -> None:
        """Nothing happens here."""


@cache
def read_fields() -> dict[str, dict[str, Schema]]:
    """By request type: `required` and `optional` fields with their schemas."""
    world = _World()
    try:
        return {kind: _fields_of(kind, world) for kind in sorted(HANDLERS)}
    finally:
        world.views.close()


def _fields_of(kind: str, world: _World) -> dict[str, Schema]:
    """Calls the handler until it misses nothing."""
    given: dict[str, Any] = {}
    while True:
        fields, inner = _Asked(given), _Asked(given.get("req", {}))
        if "req" in given:
            fields["req"] = inner
        missing = _missing(HANDLERS[kind], world, fields)
        if not missing:
            break
        outer, _, name = missing.rpartition(".")
        place = given.setdefault(outer, {}) if outer else given
        assert name not in place, f"{kind}: {name} is refused"
        place[name] = {} if name == "req" else FIELDS[name][1]
    found = {"required": _schemas(given), "optional": _schemas(fields.names, given)}
    if "req" in given:
        found["required"]["req"] = {
            "type": "object",
            "properties": {**_schemas(inner.names)},
            "required": sorted(given["req"]),
        }
    return found


def _schemas(names: Any, without: Any = ()) -> dict[str, Schema]:
    return {name: FIELDS[name][0] for name in names if name != "req" and name not in without}


def _missing(handler: Callable[..., Awaitable[Any]], world: Any, fields: _Asked) -> str:
    """The field without which the handler refuses, or nothing."""

    async def ask() -> None:
        await handler(world, Request(fields, world.engine.venue))

    try:
        asyncio.run(ask())
    except WrongShape as fault:
        name, _, _ = fault.detail.partition(":")
        return "" if fields.get(name) is not None else name
    except InfoError:
        return ""
    return ""


def document() -> Schema:
    """OpenAPI 3.1 of everything but the WebSocket."""
    structs = [decode.Envelope, ClockMove, *decode.SUPPORTED.values(), *ACT_STRUCTS.values()]
    variants = list(wire.VARIANTS.values())
    found, components = msgspec.json.schema_components(
        [*structs, *variants], ref_template=_REFERENCE
    )
    deployments = dict(zip(wire.VARIANTS, found[len(structs) :], strict=True))
    acts_found = dict(zip(ACT_STRUCTS, found[2 + len(decode.SUPPORTED) :], strict=False))
    actions = [
        *found[2 : 2 + len(decode.SUPPORTED)],
        *(_deployment(variant, schema) for variant, schema in deployments.items()),
    ]
    operator = [_act(kind, schema) for kind, schema in acts_found.items()]
    reads = [_read(kind, fields) for kind, fields in read_fields().items()]
    paths = {
        "/info": _posted("Reads.", {"oneOf": reads}, {"500": "`null`: there is no such thing."}),
        "/exchange": _posted("A signed action.", _envelope(actions)),
        "/operator": _posted("A signed act of an operator.", _envelope(operator)),
        "/dev/clock": _posted(
            "Moves the clock of a dev world.", {"$ref": _REFERENCE.format(name="ClockMove")}
        ),
        "/export/statement": _statement(),
        "/healthz": _got("The process answers."),
        "/readyz": _got("The node takes commands."),
        "/metrics": _got("Metrics for Prometheus.", "text/plain"),
        "/version": _got("What runs, in which kind of world and by which time."),
    }
    information = {
        "title": "Bellwether",
        "version": bellwether.__version__,
        "description": "Generated by `python tools/openapi.py`; the words are in the"
        " specification's chapter on interfaces.",
    }
    whole = {
        "openapi": "3.1.0",
        "info": information,
        "paths": paths,
        "components": {"schemas": components},
    }
    plain: Schema = _plain(whole)
    return plain


def _read(kind: str, fields: dict[str, Schema]) -> Schema:
    return {
        "title": kind,
        "type": "object",
        "properties": {"type": {"enum": [kind]}, **fields["required"], **fields["optional"]},
        "required": ["type", *fields["required"]],
    }


def _deployment(variant: str, schema: Schema) -> Schema:
    return {
        "title": variant,
        "type": "object",
        "properties": {"type": {"enum": ["perpDeploy"]}, variant: schema},
        "required": ["type", variant],
        "additionalProperties": False,
    }


def _act(kind: str, schema: Schema) -> Schema:
    named = {
        "type": "object",
        "properties": {"kind": {"enum": [kind]}},
        "required": ["kind"],
    }
    return {
        "title": kind,
        "type": "object",
        "properties": {"type": {"enum": ["operator"]}, "act": {"allOf": [schema, named]}},
        "required": ["type", "act"],
    }


def _envelope(actions: list[Schema]) -> Schema:
    envelope = {"$ref": _REFERENCE.format(name="Envelope")}
    signed = {"type": "object", "properties": {"action": {"oneOf": actions}}}
    return {"allOf": [envelope, signed]}


def _posted(summary: str, schema: Schema, more: dict[str, str] | None = None) -> Schema:
    answers = {
        "200": "The answer.",
        "400": "The body is no JSON, or what is asked can not be.",
        "413": "The body is larger than 256 KiB.",
        "415": "The content type is not JSON.",
        "422": "A field is not what is expected; the text names it.",
        "429": "The address has used its minute up.",
        "503": "The venue has stopped taking requests.",
        **(more or {}),
    }
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {"post": {"summary": summary, "requestBody": body, "responses": _responses(answers)}}


def _statement() -> Schema:
    parameters = [
        {"name": name, "in": "query", "required": name == "user", "schema": FIELDS[name][0]}
        for name in ("user", "startTime", "endTime")
    ]
    answers = {"200": "Comma-separated values.", "422": "A field is not what is expected."}
    asked = {
        "summary": "An account's history.",
        "parameters": parameters,
        "responses": _responses(answers),
    }
    return {"get": asked}


def _got(summary: str, kind: str = "application/json") -> Schema:
    answer = {"description": summary, "content": {kind: {}}}
    return {"get": {"summary": summary, "responses": {"200": answer}}}


def _responses(answers: dict[str, str]) -> Schema:
    return {status: {"description": text} for status, text in answers.items()}


def _plain(value: Any) -> Any:
    """Patterns in the words of JSON Schema: the end of a text is `$` there; no indents of code."""
    if isinstance(value, dict):
        return {name: _plain(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    return value.replace("\\Z", "$").replace("\n    ", " ") if isinstance(value, str) else value

"""Where an operator acts: whose key signs, sending an act, and telling what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bellwether.cli.access.keys import KeyFileOption, KeyRingOption, KeySource, key_of
from bellwether.cli.access.place import Place
from bellwether.cli.refusal import refuse
from bellwether.node.founding.dev_keys import DEV_OPERATORS

_HINT: Final = "in a dev world --dev-operator N, --dev-custodian or --dev-compliance uses one"

DevOperatorOption = Annotated[
    int | None,
    typer.Option(
        "--dev-operator", min=0, max=DEV_OPERATORS - 1, help="Public operator key of a dev world."
    ),
]
DevCustodianOption = Annotated[
    bool, typer.Option("--dev-custodian", help="Public custodian key of a dev world.")
]
DevComplianceOption = Annotated[
    bool, typer.Option("--dev-compliance", help="Public compliance key of a dev world.")
]


@dataclass
class Desk(Place):
    """An operator's. The key is looked for at once; without one, or with more, the command ends."""

    key_file: KeyFileOption = None
    key_ring: KeyRingOption = None
    dev_operator: DevOperatorOption = None
    key: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.key = self._signing_key()

    def _signing_key(self) -> bytes:
        return signing_key(self.key_file, self.key_ring, self.dev_operator)

    def send(self, act: dict[str, Any]) -> dict[str, Any]:
        """Sends an act; what the venue replies."""
        with self.reach(self.key) as api:
            reply: dict[str, Any] = api.operate(act)["data"]
        return reply

    def act(self, kind: str, what: str, **fields: Any) -> None:
        """Sends an act and tells that it is done, with the command's number in the journal."""
        self.tell_done(self.send(act_of(kind, **fields)), what)

    def propose(self, kind: str, what: str, **fields: Any) -> None:
        """Sends an act that is a proposal, and tells what it waits for."""
        reply = self.send(act_of(kind, **fields))
        number = reply["proposalId"]
        decision = f"bellwether operator approve {number}, or reject {number}"
        self.tell(
            reply,
            f"proposal {number}: {what} (command {reply['seq']})\n"
            f"another operator decides: {decision}",
        )

    def tell_done(self, reply: dict[str, Any], what: str) -> None:
        """The outcome, with the command's number in the journal."""
        self.tell(reply, f"{what} (command {reply['seq']})")


@dataclass
class CustodyDesk(Desk):
    """The custodian's, who says what money has come and gone."""

    dev_custodian: DevCustodianOption = False

    def _signing_key(self) -> bytes:
        custodian = self.dev_custodian
        return signing_key(self.key_file, self.key_ring, self.dev_operator, custodian=custodian)


@dataclass
class ComplianceDesk(Desk):
    """Compliance's, who says who an account holder is."""

    dev_compliance: DevComplianceOption = False

    def _signing_key(self) -> bytes:
        compliance = self.dev_compliance
        return signing_key(self.key_file, self.key_ring, self.dev_operator, compliance=compliance)


def signing_key(
    key_file: Path | None,
    key_ring: str | None,
    dev_operator: int | None,
    *,
    custodian: bool = False,
    compliance: bool = False,
) -> bytes:
    """The key an act is signed with; ends the command if there is none, or more than one."""
    named: list[tuple[str, int | None]] = []
    if dev_operator is not None:
        named.append(("operator", dev_operator))
    named += [("custodian", None)] * custodian + [("compliance", None)] * compliance
    if len(named) > 1:
        refuse("give one key of the dev world only")
    if not named:
        return key_of(KeySource(key_file, key_ring), _HINT)
    return key_of(KeySource(key_file, key_ring, *named[0]), _HINT)


def act_of(kind: str, **fields: Any) -> dict[str, Any]:
    """An act with the fields that were given."""
    given = {name: value for name, value in fields.items() if value is not None and value != ""}
    return {"kind": kind, **given}

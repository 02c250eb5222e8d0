"""A file that passes from signer to signer: what an account is to do, and who has signed it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from bellwether.cli.refusal import refuse

Address = Annotated[str, Meta(pattern=r"^0x[0-9a-f]{40}\Z")]
Word = Annotated[str, Meta(pattern=r"^0x[0-9a-f]{1,64}\Z")]


class Approval(msgspec.Struct, forbid_unknown_fields=True):
    """A signer and its signature."""

    signer: Address
    r: Word
    s: Word
    v: int

    @property
    def signature(self) -> dict[str, Any]:
        """As it stands on the wire."""
        return {"r": self.r, "s": self.s, "v": self.v}


class Proposal(msgspec.Struct, forbid_unknown_fields=True):
    """An action of `account` that `sender` sends once enough have signed; it holds for two days
    from `nonce`, a time in milliseconds."""

    account: Address
    sender: Address
    nonce: Annotated[int, Meta(ge=0)]
    action: dict[str, Any]
    approvals: list[Approval]

    def shown(self) -> str:
        """What is asked for, all of it; nothing in it can draw on a terminal."""
        action = json.dumps(self.action, indent=2)
        return f"for {self.account}, sent by {self.sender}:\n{action}"

    def assets(self) -> list[int]:
        """Asset numbers that the action names, in ascending order."""
        return sorted(set(_assets(self.action)))


def read(path: Path) -> Proposal:
    """A proposal of `write`; ends the command with the field that is wrong."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Proposal)
    except OSError as error:
        refuse(f"{path} can not be read: {error.strerror}")
    except msgspec.DecodeError as error:
        refuse(f"{path}: {error}")
    if not isinstance(found.action.get("type"), str):
        refuse(f"{path}: expected text - at `$.action.type`")
    return found


def write(path: Path, proposal: Proposal, is_new: bool = False) -> None:
    """Writes all of it or nothing; a new one never over another file."""
    text = msgspec.json.format(msgspec.json.encode(proposal)) + b"\n"
    try:
        if is_new:
            with path.open("xb") as file:
                file.write(text)
            return
        aside = path.with_name(path.name + ".new")
        aside.write_bytes(text)
        os.replace(aside, path)
    except OSError as error:
        refuse(f"{path} can not be written: {error.strerror}")


def _assets(value: Any) -> list[int]:
    if isinstance(value, list):
        return [asset for each in value for asset in _assets(each)]
    if not isinstance(value, dict):
        return []
    named = [value[name] for name in ("a", "asset") if type(value.get(name)) is int]
    return named + [asset for each in value.values() for asset in _assets(each)]

"""How commands and events become bytes in the journal: msgpack arrays, one tag each."""

from __future__ import annotations

from typing import Final

import msgspec

from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import AnyEvent

_encoder: Final = msgspec.msgpack.Encoder()
_commands: Final = msgspec.msgpack.Decoder(list[tuple[int, AnyCommand]])
_command: Final[msgspec.msgpack.Decoder[AnyCommand]] = msgspec.msgpack.Decoder(AnyCommand)
_events: Final = msgspec.msgpack.Decoder(list[list[AnyEvent]])


def encode_commands(commands: list[tuple[int, AnyCommand]]) -> bytes:
    """Pairs of engine time (ns) and command, in sequence order."""
    return _encoder.encode(commands)


def decode_commands(payload: bytes) -> list[tuple[int, AnyCommand]]:
    """Raises msgspec.ValidationError or msgspec.DecodeError for anything not written by us."""
    return _commands.decode(payload)


def encode_events(events: list[list[AnyEvent]]) -> bytes:
    """The events of each command, in sequence order."""
    return _encoder.encode(events)


def decode_events(payload: bytes) -> list[list[AnyEvent]]:
    """Raises msgspec.ValidationError or msgspec.DecodeError for anything not written by us."""
    return _events.decode(payload)


def command_bytes(command: object) -> bytes:
    """One command alone, as a snapshot keeps what has been proposed."""
    return _encoder.encode(command)


def command_of(payload: bytes) -> AnyCommand:
    """Raises msgspec.ValidationError or msgspec.DecodeError for anything not written by us."""
    return _command.decode(payload)

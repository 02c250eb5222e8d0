"""What all commands are."""

import msgspec


class Command(msgspec.Struct, frozen=True, gc=False, array_like=True, forbid_unknown_fields=True):
    """Base of all commands; unknown tags and ill-typed fields are refused by the decoder."""

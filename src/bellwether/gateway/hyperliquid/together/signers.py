"""The signers that an account is to get, as text or as an object."""

from __future__ import annotations

import json

from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid.decode import ConvertToMultiSigUser, MultiSigSigners, convert

WHERE = "action.signers"


def signers_of(action: ConvertToMultiSigUser) -> MultiSigSigners | None:
    """None gives the account back to its own key. Raises WrongShape."""
    given = action.signers
    if not isinstance(given, str):
        return given
    try:
        parsed = json.loads(given)
    except (ValueError, RecursionError):
        raise WrongShape(f"{WHERE}: expected JSON of authorizedUsers and threshold") from None
    return None if parsed is None else convert(parsed, MultiSigSigners, WHERE)

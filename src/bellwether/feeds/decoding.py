"""JSON that others have written: whatever is wrong with its bytes is one error."""

from __future__ import annotations

from typing import Any

import msgspec


def decoded(content: bytes | str | msgspec.Raw, kind: Any = Any) -> Any:
    """What stands there, as `kind`. Raises msgspec.DecodeError, also for text that is no UTF-8 and
    for values nested too deep, of which the library raises something else."""
    try:
        return msgspec.json.decode(content, type=kind)
    except UnicodeDecodeError as fault:
        raise msgspec.DecodeError(f"no UTF-8: {fault.reason}") from None
    except RecursionError:
        raise msgspec.DecodeError("nested too deep") from None

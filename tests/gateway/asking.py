"""Asks `/info` without a network."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from bellwether.gateway.hyperliquid.info import InfoError, answer
from tests.views.world import World


def ask(world: World, request: dict[str, Any]) -> tuple[int, Any]:
    """The status and the answer, decoded where it is 200, else as text."""
    found = asyncio.run(answer(world, request))
    if isinstance(found, InfoError):
        return found.status, found.body.decode()
    return 200, json.loads(found)

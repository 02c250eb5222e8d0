"""What `bellwether serve` says when the venue stands."""

from __future__ import annotations

import shlex

from bellwether import __version__
from bellwether.app import ServeSettings
from bellwether.node.founding.dev_keys import (
    DEV_ACCOUNTS,
    DEV_OPERATORS,
    checksum_address,
    dev_address,
    dev_key,
)
from bellwether.node.node import Node
from bellwether.units.clock_text import format_time_ns
from bellwether.views.views import Views


def banner(settings: ServeSettings, node: Node[Views]) -> str:
    """Address, state, and in a dev world the public keys and three things to try."""
    clock = "manual" if settings.manual_clock else "system"
    world = "a dev world" if settings.dev else "a venue"
    lines = [
        "",
        f"Bellwether {__version__}: {world} on {settings.url}",
        f"  data directory  {settings.data_dir}  (journal at command {node.durable_seq})",
        f"  clock           {clock}, {format_time_ns(node.clock.time_ns())}",
        f"  markets         {', '.join(sorted(node.venue.market_by_name))}",
    ]
    if settings.dev:
        lines += ["", *_keys(), "", *_things_to_try(settings)]
    return "\n".join([*lines, "", "Stop with Ctrl-C.", ""])


def _keys() -> list[str]:
    lines = [
        "These keys are PUBLIC: anybody can compute them. Never send anything of value to them.",
        f"  {'':12}{'address':44}private key",
    ]
    named: list[tuple[str, int | None]] = [("account", n) for n in range(DEV_ACCOUNTS)]
    named += [("operator", n) for n in range(DEV_OPERATORS)]
    named += [("custodian", None), ("compliance", None)]
    for role, number in named:
        name = role if number is None else f"{role} {number}"
        address = checksum_address(dev_address(role, number))
        lines.append(f"  {name:12}{address:44}0x{dev_key(role, number).hex()}")
    return lines


def _things_to_try(settings: ServeSettings) -> list[str]:
    key = "0x" + dev_key("account", 0).hex()
    return [
        "Three things to try",
        "1. Ask:",
        f"  curl -s {settings.url}/info -H 'Content-Type: application/json' \\",
        """    -d '{"type":"marketStatus","coin":"CBRS"}'""",
        "2. Trade, with the official SDK (pip install hyperliquid-python-sdk):",
        "  from eth_account import Account",
        "  from hyperliquid.exchange import Exchange",
        f'  exchange = Exchange(Account.from_key("{key}"), "{settings.url}")',
        '  print(exchange.order("CBRS", True, 1, 175, {"limit": {"tif": "Gtc"}}))',
        "3. Check, after stopping it, that every number follows from the journal:",
        f"  bellwether verify {shlex.quote(str(settings.data_dir))}",
    ]

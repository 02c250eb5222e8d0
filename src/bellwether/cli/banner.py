"""What `bellwether serve` says when the venue stands."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import sys
from pathlib import Path

from bellwether import __version__
from bellwether.app import ServeSettings
from bellwether.cli.access.venue import DEFAULT_URL
from bellwether.gateway.screen.files import built_files
from bellwether.lab.traders.demo import COINS, MAKERS, TAKERS
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
        *_screen(settings),
    ]
    if settings.host in ("0.0.0.0", "::"):  # noqa: S104
        lines.append("  reachable from  every machine that reaches this one")
    if settings.dev:
        lines += ["", *_keys()]
        if settings.demo:
            lines += ["", *_demo()]
        lines += ["", *_things_to_try(settings)]
    return "\n".join([*lines, "", "Stop with Ctrl-C.", ""])


def _screen(settings: ServeSettings) -> list[str]:
    console = f"  console         {settings.console_url}"
    if built_files():
        return [f"  screen          {settings.url}/", console]
    return [
        "  screen          not built: with Node.js 20.19 or newer and npm, `make run` builds it",
        *([console] if settings.console_apart else []),
    ]


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


def _demo() -> list[str]:
    makers = " and ".join(f"account {number}" for number, _, _ in MAKERS)
    takers = " and ".join(f"account {number}" for number in TAKERS)
    return [
        f"Demo: {makers} make the market in {', '.join(COINS)};",
        f"  {takers} trade with them some times a minute, all over the public API.",
    ]


def _things_to_try(settings: ServeSettings) -> list[str]:
    """Commands that can be pasted: the program and the address are the ones that run here."""
    program = _program()
    url = "" if settings.url == DEFAULT_URL else f" --url {settings.url}"
    order = "--market" if settings.demo else "170"
    return [
        "Three things to try, in another terminal",
        "1. Look:",
        f"  {program} trade book CBRS{url}",
        "2. Trade, as dev account 0:",
        f"  {program} trade place CBRS buy 1 {order} --dev-account 0{url}",
        f"  {program} trade positions --dev-account 0{url}",
        "3. Check, after stopping it, that every number follows from the journal:",
        f"  {program} verify {shlex.quote(str(settings.data_dir))}",
        f"Bots that speak the Hyperliquid API connect to {settings.url} instead of Hyperliquid's.",
    ]


def _program() -> str:
    """How the reader started this program, so that a pasted line finds it."""
    started = Path(sys.argv[0])
    if started.name != "bellwether" or shutil.which("bellwether") == str(started.absolute()):
        return "bellwether"
    with contextlib.suppress(ValueError):
        return shlex.quote(str(started.absolute().relative_to(Path.cwd())))
    return shlex.quote(str(started))

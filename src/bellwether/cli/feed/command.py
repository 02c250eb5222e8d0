"""`bellwether feed run|check|sign`."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from bellwether.cli.feed.venue_port import VenuePort
from bellwether.cli.operator.access import DevOperatorOption, signing_key
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json
from bellwether.cli.trade.venue_access import (
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    connect,
)
from bellwether.feeds.config import ConfigInvalid, FeedConfig, load_config
from bellwether.feeds.progress import Progress

ConfigArgument = Annotated[Path, typer.Argument(metavar="CONFIG", help="A TOML file.")]
UrlOption = Annotated[
    str,
    typer.Option("--url", envvar="BELLWETHER_URL", help="The venue, if not as CONFIG says."),
]

feed = typer.Typer(
    no_args_is_help=True,
    help="Bring prices and valuations from outside to a running venue, as signed acts.",
)


@feed.command("run")
def run(
    config_file: ConfigArgument,
    once: Annotated[
        bool, typer.Option("--once", help="Read the files of valuations once and end.")
    ] = False,
    url: UrlOption = "",
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Progress and totals as lines of JSON.")
    ] = False,
) -> None:
    """Feed a venue until SIGTERM or Ctrl-C; progress goes to stderr.

    Exit codes: 0 stopped on request or all read, 1 with --once something did not answer, 2 usage.
    """
    config = _config(config_file, url)
    key = signing_key(_key_file(config, key_file, key_ring, dev_operator), key_ring, dev_operator)
    progress = Progress(sys.stderr, as_json)
    api = connect(config.venue.url, key)
    try:
        code = asyncio.run(_fed(config, VenuePort(api), progress, once))
    except ConfigInvalid as fault:
        refuse(f"{config_file}: {fault}")
    finally:
        api.close()
    _tell_totals(progress, as_json)
    raise typer.Exit(code)


@feed.command("check")
def check(config_file: ConfigArgument, url: UrlOption = "", as_json: JsonOption = False) -> None:
    """Say what CONFIG would do now: today's sessions, whether venue and sources answer.

    Nothing is sent, and no key of the venue is needed. Exit codes: 0 all answers, 1 something does
    not, 2 usage.
    """
    from bellwether.feeds.check import check as look

    config = _config(config_file, url)
    api = connect(config.venue.url)
    port = VenuePort(api)
    try:
        findings = asyncio.run(look(config, port, _clock(config, port)))
    except ConfigInvalid as fault:
        refuse(f"{config_file}: {fault}")
    finally:
        api.close()
    if as_json:
        print_json([msgspec.to_builtins(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{'ok' if finding.ok else 'no':<3} {finding.what}: {finding.says}")
            for detail in finding.details:
                print(f"      {detail}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@feed.command("sign")
def sign(
    entries: Annotated[
        Path, typer.Argument(metavar="ENTRIES", help="JSON lines without signatures.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Where the signed entries are added.")],
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
) -> None:
    """Sign observations for a file of valuations; says whose signature it is.

    Whether an entry obeys the rules is for whoever reads it: `feed check` tells.
    """
    from bellwether.feeds.valuations.signature import sign as signature_of
    from bellwether.gateway.hyperliquid.wallet import Wallet

    key = signing_key(key_file, key_ring, dev_operator)
    signed = [{**entry, "signature": signature_of(entry, key)} for entry in _plain(entries)]
    try:
        with open(out, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(entry) + "\n" for entry in signed)
    except OSError as fault:
        refuse(f"--out {out}: {fault.strerror}")
    what = "1 entry" if len(signed) == 1 else f"{len(signed)} entries"
    print(f"{what} signed by {Wallet(key).hex_address}")


def _plain(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines, without signatures they may have."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as fault:
        refuse(f"{path} can not be read: {fault}")
    found: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = msgspec.json.decode(line)
        except msgspec.DecodeError as fault:
            refuse(f"{path}, line {number}: is not JSON: {fault}")
        if not isinstance(entry, dict):
            refuse(f"{path}, line {number}: expected an object")
        entry.pop("signature", None)
        found.append(entry)
    return found


def _config(path: Path, url: str) -> FeedConfig:
    try:
        config = load_config(path)
    except ConfigInvalid as fault:
        refuse(f"{path}: {fault}")
    if not url:
        return config
    venue = msgspec.structs.replace(config.venue, url=url)
    return msgspec.structs.replace(config, venue=venue)


def _key_file(
    config: FeedConfig, key_file: Path | None, key_ring: str | None, dev_operator: int | None
) -> Path | None:
    """The key that the command line names, else the configuration's."""
    if key_file is not None or key_ring is not None or dev_operator is not None:
        return key_file
    return config.path(config.venue.key_file) if config.venue.key_file else None


def _clock(config: FeedConfig, port: VenuePort) -> Callable[[], Awaitable[int]]:
    """The time of this machine, or of a venue that has its own."""
    from bellwether.node.clock import SystemClock

    if config.venue.clock == "venue":
        return port.time_ns
    clock = SystemClock()

    async def now() -> int:
        return clock.time_ns()

    return now


async def _fed(config: FeedConfig, port: VenuePort, progress: Progress, once: bool) -> int:
    """Raises ConfigInvalid."""
    from bellwether.feeds.runner import Feed

    feeding = Feed(config, port, _clock(config, port), progress)
    try:
        progress.say("feed_started", venue=config.venue.url, sources=len(config.sources))
        if once:
            return 0 if await feeding.once() else 1
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await feeding.run(stop)
        progress.say("feed_stopped")
        return 0
    finally:
        feeding.close()


def _tell_totals(progress: Progress, as_json: bool) -> None:
    """What became of everything, on stdout."""
    rows = sorted(progress.totals.items())
    if as_json:
        print_json(
            [{"source": name, "outcome": what, "count": count} for (name, what), count in rows]
        )
        return
    for (name, what), count in rows:
        print(f"{name}: {count} {what}")

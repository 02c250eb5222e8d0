"""What `bellwether feed` does: a feed with its venue wired to it, a look at one, signatures."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from bellwether.cli.access.venue import connect
from bellwether.cli.feed.venue_port import VenuePort
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json
from bellwether.feeds.check import check as findings_of
from bellwether.feeds.config import ConfigInvalid, FeedConfig, load_config
from bellwether.feeds.decoding import decoded
from bellwether.feeds.progress import Progress
from bellwether.feeds.runner import Feed
from bellwether.feeds.valuations.signature import sign as signature_of
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.node.clock import SystemClock

_PATIENCE_S: Final = 5.0
"""For one answer of the venue: a price that waits longer is hardly worth sending."""


def configuration(path: Path, url: str) -> FeedConfig:
    """What the file says, with another address of the venue if one is given."""
    try:
        config = load_config(path)
    except ConfigInvalid as fault:
        refuse(f"{path}: {fault}")
    if not url:
        return config
    venue = msgspec.structs.replace(config.venue, url=url)
    return msgspec.structs.replace(config, venue=venue)


def run(path: Path, config: FeedConfig, key: bytes, once: bool, as_json: bool) -> int:
    """Feeds until it is told to stop; the exit code."""
    progress = Progress(sys.stderr, as_json)
    api = connect(config.venue.url, key, _PATIENCE_S)
    try:
        code = asyncio.run(_fed(config, VenuePort(api), progress, once))
    except ConfigInvalid as fault:
        refuse(f"{path}: {fault}")
    finally:
        api.close()
    _tell_totals(progress, as_json)
    return code


def check(path: Path, config: FeedConfig, as_json: bool) -> int:
    """Says what the feed would do; the exit code."""
    api = connect(config.venue.url, timeout_s=_PATIENCE_S)
    port = VenuePort(api)
    try:
        findings = asyncio.run(findings_of(config, port, _clock(config, port)))
    except ConfigInvalid as fault:
        refuse(f"{path}: {fault}")
    finally:
        api.close()
    if as_json:
        print_json([msgspec.to_builtins(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{'ok' if finding.ok else 'no':<3} {finding.what}: {finding.says}")
            for detail in finding.details:
                print(f"      {detail}")
    return 0 if all(finding.ok for finding in findings) else 1


def sign(entries: Path, out: Path, key: bytes) -> str:
    """Adds signed entries to a file; how many, and whose signature it is."""
    signed = [{**entry, "signature": signature_of(entry, key)} for entry in _plain(entries)]
    try:
        with open(out, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(entry) + "\n" for entry in signed)
    except OSError as fault:
        refuse(f"--out {out}: {fault.strerror}")
    what = "1 entry" if len(signed) == 1 else f"{len(signed)} entries"
    return f"{what} signed by {Wallet(key).hex_address}"


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
            entry = decoded(line)
        except msgspec.DecodeError as fault:
            refuse(f"{path}, line {number}: is not JSON: {fault}")
        if not isinstance(entry, dict):
            refuse(f"{path}, line {number}: expected an object")
        entry.pop("signature", None)
        found.append(entry)
    return found


def _clock(config: FeedConfig, port: VenuePort) -> Callable[[], Awaitable[int]]:
    """The time of this machine, or of a venue that has its own."""
    if config.venue.clock == "venue":
        return port.time_ns
    clock = SystemClock()

    async def now() -> int:
        return clock.time_ns()

    return now


async def _fed(config: FeedConfig, port: VenuePort, progress: Progress, once: bool) -> int:
    """Raises ConfigInvalid."""
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

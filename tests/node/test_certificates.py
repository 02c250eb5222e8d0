"""Certificates: each account liquidated or deleveraged has one, and a program checks it (LIQ-8)."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.node.certificates import certificate as program
from bellwether.node.certificates.certificate import Certificates, Wrong, check, records_of
from bellwether.node.founding.dev_keys import dev_address
from bellwether.schema.commands import AdvanceTime, UpdateLeverage
from tests.node.worlds import START_NS, order, venue

MINUTE_NS = 60 * 10**9


async def fall(directory: Path) -> None:
    """Account 1 is long 2,000 CBRS at 5x when the market falls; nobody bids high enough."""
    async with venue(directory) as node:
        for who in (1, 2):
            lever = UpdateLeverage(dev_address("account", who), b"", 10 + who, 0, 0, False, 5)
            await node.submit(lever)
        await node.submit(order(2, 100, False, 175_000, 2_000_000))
        await node.submit(order(1, 100, True, 175_000, 2_000_000))
        await node.submit(order(3, 100, True, 150_000, 200_000))
        await node.submit(order(3, 101, True, 100_000, 400_000))
        await node.submit(order(3, 102, False, 151_000, 400_000))
        for minute in range(1, 400):
            await node.advance_to(START_NS + minute * MINUTE_NS)
            market = node.engine.venue.markets[0]
            if minute == 60:
                await node.submit(order(3, 200 + minute, False, 101_000, 300_000))
            if not market.holders:
                break
        await node.submit(AdvanceTime())


@pytest.fixture(scope="module")
def fallen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("fallen")
    asyncio.run(fall(directory))
    return directory


def made(directory: Path) -> list[dict[str, Any]]:
    maker = Certificates()
    return [one for record in records_of([directory]) for one in maker.of(record)]


def run(file: Path, *where: Path) -> subprocess.CompletedProcess[str]:
    """The program as a copy of its own, without anything but Python's standard library."""
    copy = file.parent / "checker.py"
    shutil.copy(program.__file__, copy)
    command = [sys.executable, "-I", "-S", str(copy), str(file), *(str(path) for path in where)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def written(tmp_path: Path, certificate: dict[str, Any]) -> Path:
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(certificate))
    return file


def test_whoever_is_liquidated_or_deleveraged_has_a_certificate_that_holds(
    fallen: Path, tmp_path: Path
) -> None:
    certificates = made(fallen)
    roles = {one["role"] for one in certificates}
    assert roles == {"liquidated", "deleveraged"}
    assert any(one["fills"] for one in certificates if one["role"] == "liquidated")
    for one in certificates:
        assert check(one, [fallen]) == []
    done = run(written(tmp_path, certificates[0]), fallen)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("holds: liquidation 1 of 0x")


def test_segments_alone_are_enough(fallen: Path, tmp_path: Path) -> None:
    segments = sorted((fallen / "journal").glob("*.seg"))
    assert run(written(tmp_path, made(fallen)[-1]), *segments).returncode == 0


def tampered(certificate: dict[str, Any], path: tuple[str, ...], by: int) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(certificate))
    place: Any = changed
    for name in path[:-1]:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[path[-1]] += by
    return changed


@pytest.mark.parametrize(
    "path",
    [
        ("equity", "equity"),
        ("equity", "collateral"),
        ("equity", "positions", "0", "entry"),
        ("mark", "mark"),
        ("seq",),
        ("orders", "0", "price"),
    ],
    ids=".".join,
)
def test_a_changed_number_is_found(fallen: Path, tmp_path: Path, path: tuple[str, ...]) -> None:
    first = next(one for one in made(fallen) if one["role"] == "liquidated")
    done = run(written(tmp_path, tampered(first, path, 1)), fallen)
    assert done.returncode == 1 and path[0] in done.stderr


def test_numbers_that_were_changed_to_agree_are_found_too(fallen: Path, tmp_path: Path) -> None:
    first = next(one for one in made(fallen) if one["role"] == "liquidated")
    changed = tampered(tampered(first, ("equity", "equity"), 5), ("equity", "collateral"), 5)
    assert program.check_numbers(changed) == []
    assert run(written(tmp_path, changed), fallen).returncode == 1


def test_a_changed_journal_is_found(fallen: Path, tmp_path: Path) -> None:
    first = made(fallen)[0]
    segment = sorted((fallen / "journal").glob("*.seg"))[0]
    content = bytearray(segment.read_bytes())
    content[400] ^= 1
    copy = tmp_path / segment.name
    copy.write_bytes(content)
    done = run(written(tmp_path, first), copy)
    assert done.returncode == 1 and "not linked" in done.stderr


def test_numbers_are_added_up_and_not_believed(fallen: Path) -> None:
    first = next(one for one in made(fallen) if one["fills"])
    assert program.check_numbers(first) == []
    for path in (("equity", "equity"), ("equity", "maintenance"), ("fills", "0", "start")):
        assert program.check_numbers(tampered(first, path, 1)), path
    assert program.check_numbers(tampered(first, ("fills", "0", "lots"), 10**9))


def test_what_is_no_certificate_or_no_journal_is_said(fallen: Path, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no certificate"):
        check({"format": 2}, [fallen])
    with pytest.raises(Wrong, match="no such liquidation"):
        check({"format": 1, "liquidation": 99, "account": "0x", "role": "liquidated"}, [fallen])
    with pytest.raises(Wrong, match="no segments"):
        check(made(fallen)[0], [tmp_path])
    assert run(written(tmp_path, {}), fallen).returncode == 1


def test_the_command_line_lists_makes_verifies_and_prints_the_program(
    fallen: Path, tmp_path: Path
) -> None:
    runner = CliRunner()
    listed = runner.invoke(app, ["certificate", "list", str(fallen)])
    assert listed.exit_code == 0 and "deleveraged" in listed.output and "CBRS" in listed.output
    one = runner.invoke(app, ["certificate", "make", str(fallen), "1"])
    file = tmp_path / "one.json"
    file.write_text(one.output)
    assert json.loads(one.output)["role"] == "liquidated"
    done = runner.invoke(app, ["certificate", "verify", str(file), str(fallen)])
    assert done.exit_code == 0 and done.output.startswith("holds")
    printed = runner.invoke(app, ["certificate", "program"]).output
    assert printed == Path(program.__file__).read_text()
    assert runner.invoke(app, ["certificate", "make", str(fallen), "999"]).exit_code != 0

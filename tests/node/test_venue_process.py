"""`bellwether serve` as a process: it answers, stops in good order, and refuses what it must."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "bellwether"]
ADDRESS = re.compile(r"on (http://127\.0\.0\.1:[0-9]+)")


def bellwether(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@contextlib.contextmanager
def running(directory: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A venue on a free port: the process, its address and its banner."""
    command = [*COMMAND, "serve", "--dev", "--data-dir", str(directory), "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Stop with"):
                break
        banner = "".join(lines)
        found = ADDRESS.search(banner)
        assert found is not None, banner
        yield process, found[1], banner
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def ask(url: str, path: str, body: object = None) -> object:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_code_0_and_a_snapshot(
    tmp_path: Path, number: signal.Signals
) -> None:
    directory = tmp_path / "venue"
    with running(directory) as (process, url, banner):
        ask(url, "/readyz")
        assert "PUBLIC" in banner
        assert f"bellwether verify {directory}" in banner
        process.send_signal(number)
        assert process.wait(timeout=30) == 0
    assert list((directory / "snapshots").glob("*.snapshot"))
    verified = bellwether("verify", str(directory), "--json")
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout)["ok"]


def test_a_manual_clock_moves_only_when_told_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    start_ms, day_ms = 1_777_593_600_000, 86_400_000
    options = ("--clock", "manual", "--start", "2026-05-01T00:00:00Z")
    for expected in (start_ms + day_ms, start_ms + 2 * day_ms):
        with running(tmp_path, *options) as (process, url, _):
            moved = ask(url, "/dev/clock", {"advanceMs": day_ms})
            assert moved == {"timeMs": expected}
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("gateways", ["1", "2"])
def test_a_console_on_a_port_of_its_own_is_on_no_other(tmp_path: Path, gateways: str) -> None:
    options = ("--console-port", "0", "--gateways", gateways)
    with running(tmp_path, *options) as (process, url, banner):
        found = re.search(r"console +(http://127\.0\.0\.1:[0-9]+)/console/", banner)
        assert found is not None, banner
        console = found[1]
        for address, status in ((url, 404), (console, 200)):
            assert status_of(address + "/console/") == status
        assert (status_of(url + "/operator"), status_of(console + "/operator")) == (404, 405)
        assert status_of(url + "/") == 200
        assert status_of(console + "/version") == status_of(url + "/version") == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_a_consoles_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = bellwether(
            "serve", "--dev", "--data-dir", str(tmp_path), "--port", "0", "--console-port", port
        )
    assert done.returncode == 2 and "--console-port" in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    options = ("--clock", "manual", "--start", "2026-05-01T00:00:00Z")
    with running(tmp_path, *options) as (process, url, _):
        ask(url, "/dev/clock", {"advanceMs": 3_600_000})
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    with running(tmp_path, *options) as (_, url, _):
        assert ask(url, "/dev/clock", {"advanceMs": 0}) == {"timeMs": 1_777_597_200_000}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "holds no venue yet"),
        (("--dev", "--clock", "manual", "--start", "soon"), "--start"),
        (("--clock", "manual"), "needs --dev"),
        (("--dev", "--start", "2026-05-01"), "needs --clock manual"),
        (("--dev", "--clock", "sundial"), "system or manual"),
        (("--dev", "--journal", "nats://127.0.0.1:4222"), "files only"),
        (("--demo",), "needs --dev"),
        (("--genesis", os.devnull), "is not JSON"),
    ],
)
def test_unusable_options_are_refused_on_stderr_and_write_nothing(
    tmp_path: Path, options: tuple[str, ...], reason: str
) -> None:
    directory = tmp_path / "venue"
    done = bellwether("serve", "--data-dir", str(directory), "--port", "0", *options)
    assert done.returncode in (1, 2)
    assert reason in done.stderr
    assert not directory.exists()


def test_a_world_is_served_as_what_it_was_founded_as(tmp_path: Path) -> None:
    with running(tmp_path) as (process, url, _):
        ask(url, "/readyz")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    before = json.loads(bellwether("verify", str(tmp_path), "--json").stdout)
    as_real = bellwether("serve", "--data-dir", str(tmp_path), "--port", "0")
    assert (as_real.returncode, "keys are public" in as_real.stderr) == (2, True)
    manual = ("--clock", "manual", "--start", "2026-05-01")
    other_clock = bellwether("serve", "--dev", "--data-dir", str(tmp_path), "--port", "0", *manual)
    assert (other_clock.returncode, "system clock" in other_clock.stderr) == (2, True)
    after = json.loads(bellwether("verify", str(tmp_path), "--json").stdout)
    assert after == before, "a refusal changes nothing"


def test_it_does_not_run_without_its_checks(tmp_path: Path) -> None:
    command = [sys.executable, "-O", *COMMAND[1:], "serve", "--dev", "--data-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "python -O" in done.stderr


def test_verify_without_a_journal_is_a_usage_error(tmp_path: Path) -> None:
    done = bellwether("verify", str(tmp_path))
    assert done.returncode == 2
    assert "holds no journal" in done.stderr


def test_a_log_for_programs_is_one_object_a_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--dev", "--json-log", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
            cwd=tmp_path,
        )
        assert process.stdout is not None
        with process.stdout:
            next(line for line in process.stdout if line.startswith("Stop with"))
            process.terminate()
            assert process.wait(timeout=30) == 0
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert all(entry["level"] and entry["timestamp"] for entry in entries)
    # A busy machine may have something to say of slowness between the two.
    events = [entry["event"] for entry in entries if not entry["event"].startswith("slow_")]
    assert events == ["node_started", "node_stopped"]

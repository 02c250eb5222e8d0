"""`bellwether serve` with limits, in a dev world and out of one (§2.4 of the notes, IFACE-1)."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.live import Client
from tests.gateway.wallet import Wallet, limit_order, order_action

pytestmark = pytest.mark.slow
OWNER, RISK, CUSTODIAN = Wallet(b"\x31" * 32), Wallet(b"\x32" * 32), Wallet(b"\x33" * 32)
META_WEIGHT, MINUTE = 20, 1_200
WORLD: dict[str, Any] = {
    "dexes": [""],
    "markets": [{"preset": "ipop", "symbol": "CBRS", "reference": "175.0", "band": "0.25"}],
    "operators": [
        {"address": RISK.hex_address, "roles": ["risk"]},
        {"address": CUSTODIAN.hex_address, "roles": ["custodian"]},
    ],
    "accounts": [{"address": OWNER.hex_address, "balances": [{"dex": "", "amount": "5000"}]}],
}


@contextlib.contextmanager
def served(directory: Path, *options: str) -> Iterator[Client]:
    """A venue in a process of its own; ends with exit code 0 and everything verified."""
    command = [sys.executable, "-m", "bellwether", "serve", "--data-dir", str(directory)]
    process = subprocess.Popen(
        [*command, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        banner = "".join(iter(process.stdout.readline, "Stop with Ctrl-C.\n"))
        port = re.search(r"on http://127\.0\.0\.1:([0-9]+)", banner)
        assert port is not None, banner
        with Client(int(port[1])) as client:
            yield client
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def passed(client: Client, most: int) -> int:
    """How many reads of full weight are answered before the first is refused."""
    for count in range(most):
        status, _, body = client.send("/info", b'{"type":"meta"}')
        if status == 429:
            assert body == b"null"
            return count
        assert status == 200
    return most


def expect_limited(client: Client) -> None:
    began = time.monotonic()
    count = passed(client, 4 * MINUTE // META_WEIGHT)
    flown_back = (time.monotonic() - began) * MINUTE / 60 / META_WEIGHT
    assert MINUTE // META_WEIGHT <= count <= MINUTE // META_WEIGHT + flown_back + 1
    assert client.get("/healthz")[0] == 200


def test_a_dev_world_has_limits_if_it_is_asked_to(tmp_path: Path) -> None:
    with served(tmp_path / "limited", "--dev", "--limits") as client:
        expect_limited(client)
    with served(tmp_path / "free", "--dev") as client:
        assert passed(client, 200) == 200


def test_a_venue_that_is_no_dev_world_is_strict(tmp_path: Path) -> None:
    """Mainnet's signatures, strangers and other roles are refused; limits hold without asking."""
    genesis = tmp_path / "world.json"
    genesis.write_text(json.dumps(WORLD))
    with served(tmp_path / "venue", "--genesis", str(genesis)) as client:
        order = order_action(limit_order())
        told = client.post("/exchange", OWNER.l1(order, now_ms()))
        assert "disclosure" in told["response"]["data"]["statuses"][0]["error"]
        text = client.post("/info", {"type": "disclosures", "coin": "CBRS"})
        accept = {"type": "acceptDisclosure", "coin": "CBRS", "hash": text["hash"]}
        assert client.post("/exchange", OWNER.l1(accept, now_ms()))["status"] == "ok"
        accepted = client.post("/exchange", OWNER.l1(order, now_ms()))
        assert "resting" in accepted["response"]["data"]["statuses"][0]
        foreign = client.post("/exchange", OWNER.l1(order, now_ms(), source="a"))
        assert foreign["status"] == "err" and "does not exist" in foreign["response"]
        old = client.post("/exchange", OWNER.l1(order, now_ms() - 3 * 86_400_000))
        assert "nonce too low" in old["response"]
        stranger = client.post("/exchange", Wallet(b"\x34" * 32).l1(order, now_ms()))
        assert "does not exist" in stranger["response"]
        halt = {"type": "operator", "act": {"kind": "halt", "coin": "CBRS"}}
        for wallet, status in ((OWNER, "err"), (CUSTODIAN, "err"), (RISK, "ok")):
            reply = client.post("/operator", wallet.l1(halt, now_ms()))
            assert reply["status"] == status, reply
        asked = {"type": "userRateLimit", "user": OWNER.hex_address}
        assert client.post("/info", asked)["nRequestsUsed"] == 4
        assert client.send("/dev/clock", b'{"advanceMs":1}')[0] == 404
    with served(tmp_path / "venue") as client:
        expect_limited(client)

"""Secrets stay where they are (I3 of the threat model): canaries that must turn up nowhere.

A venue lives through an hour of orders, acts, mistakes and attacks while its surroundings are full
of secrets; then everything it has said and written is searched for them in every spelling.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import signal
import socket
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from click.testing import Result
from typer.testing import CliRunner
from websockets.sync.client import connect

from bellwether.cli.main import app
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.node.secrecy.environment import sparse_environment
from bellwether.node.secrecy.redaction import REDACTED, redacted, without_numbers
from tests.crash.venue_process import VenueProcess, until
from tests.gateway.corpus import bad_requests
from tests.gateway.live import START_MS, Client
from tests.gateway.wallet import limit_order, order_action


def canary(name: str) -> bytes:
    return sha256(b"canary " + name.encode()).digest()


KEYS = {
    name: canary(name)
    for name in ("master", "taker", "agent", "operator", "second operator", "custodian", "lost")
}
WALLETS = {name: Wallet(key) for name, key in KEYS.items()}
IN_ENVIRONMENT = {
    "APCA_API_SECRET_KEY": "canary-of-the-price-feed-5b1f",
    "DATABASE_URL": "postgres://venue:canary-of-the-database-77aa@10.0.0.1/venue",
    "BELLWETHER_OPERATOR_KEY": canary("environment").hex(),
    "AWS_SECRET_ACCESS_KEY": "canary-of-the-cloud-c0ffee",
}
CREDENTIALS = ("canary-key-id-93d1", "canary-secret-of-the-stream-2e4d")
MINUTES = 60

WORLD: dict[str, Any] = {
    "dev": True,
    "dexes": [""],
    "markets": [{"preset": "ipop", "symbol": "CBRS", "reference": "175.0", "band": "0.25"}],
    "operators": [
        {"address": WALLETS["operator"].hex_address, "roles": ["risk", "settler", "lister"]},
        {"address": WALLETS["second operator"].hex_address, "roles": ["risk", "settler"]},
        {"address": WALLETS["custodian"].hex_address, "roles": ["custodian"]},
    ],
    "accounts": [
        {"address": WALLETS[name].hex_address, "balances": [{"dex": "", "amount": "50000"}]}
        for name in ("master", "taker")
    ],
}


def spellings(secret: bytes) -> set[bytes]:
    """How a key could be written, lower case; decimal and Python's own among them."""
    plain = {
        secret,
        secret.hex().encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        str(int.from_bytes(secret, "big")).encode(),
        repr(secret)[2:-1].encode(),
    }
    return {form.lower() for form in plain}


def needles() -> dict[str, set[bytes]]:
    found = {f"the key of {name}": spellings(key) for name, key in KEYS.items()}
    for name, text in IN_ENVIRONMENT.items():
        found[f"${name}"] = {text.lower().encode()}
    for text in CREDENTIALS:
        found[text] = {text.lower().encode()}
    return found


def leaks(where: str, content: bytes, wanted: dict[str, set[bytes]]) -> list[str]:
    lower = content.lower()
    return [
        f"{name} in {where}" for name, forms in wanted.items() if any(f in lower for f in forms)
    ]


class Hour:
    """What is asked of the venue; remembers every signature it has sent."""

    def __init__(self, venue: VenueProcess, folder: Path) -> None:
        port = urlsplit(venue.url).port
        assert port is not None
        self.venue, self.folder, self.port = venue, folder, port
        self.client = Client(port)
        self.nonce = START_MS
        self.signatures: dict[str, set[bytes]] = {}
        self.said: list[str] = []

    def post(self, path: str, who: str, action: dict[str, Any], **how: Any) -> Any:
        self.nonce += 1
        return self.send(path, WALLETS[who].l1(action, self.nonce, **how))

    def send(self, path: str, body: dict[str, Any]) -> Any:
        for part in ("r", "s"):
            digits = body["signature"][part].removeprefix("0x")
            self.signatures[f"a signature's {part}"] = self.signatures.get(
                f"a signature's {part}", set()
            ) | {digits.encode(), str(int(digits, 16)).encode()}
        return self.client.post(path, body)

    def minute(self, number: int) -> None:
        """Orders that rest, fill, are refused and canceled, and the passing of a minute."""
        price = str(170 + number % 5)
        by = "agent" if number % 2 else "master"
        self.post("/exchange", by, order_action(limit_order(p=price)))
        self.post("/exchange", "taker", order_action(limit_order(p=price, b=False, s="0.5")))
        self.post("/exchange", "taker", order_action(limit_order(p="9999", s="100000")))
        self.post("/exchange", "lost", order_action(limit_order()))
        self.post("/exchange", "master", {"type": "cancel", "cancels": [{"a": 0, "o": number}]})
        self.client.send("/dev/clock", b'{"advanceMs":60000}')

    def rights(self) -> None:
        """An agent, money, acts with one key and with two, and refused ones."""
        self.nonce += 1
        fields = {"agentAddress": WALLETS["agent"].hex_address, "agentName": "robot"}
        approval = {"type": "approveAgent", **fields, "nonce": self.nonce}
        reply = self.send("/exchange", WALLETS["master"].user_signed(approval, self.nonce))
        assert reply["status"] == "ok", reply
        user = WALLETS["master"].hex_address
        credit = {"kind": "credit", "user": user, "dex": "", "amount": "5", "reference": "wire"}
        for who in ("custodian", "operator", "master", "lost"):
            self.post("/operator", who, {"type": "operator", "act": credit})

    def mistakes(self) -> None:
        """Secrets sent by their owners to where they do not belong, and nonsense of all kinds."""
        key = KEYS["lost"].hex()
        order = {**order_action(limit_order(memo=key)), "privateKey": "0x" + key}
        self.post("/exchange", "master", order)
        self.nonce += 1
        body = WALLETS["master"].l1(order_action(limit_order()), self.nonce)
        for wrong in (
            {**body, "secret": key},
            {**body, "signature": {"r": "0x" + key, "s": "0x1"}},
        ):
            self.client.send("/exchange", json.dumps(wrong).encode())
        for raw in (key.encode(), b'{"type":"' + key.encode() + b'"}', b'{"key":"' + key.encode()):
            for path in ("/info", "/exchange", "/operator", "/dev/clock"):
                self.client.send(path, raw)
        for bad in bad_requests():
            self.client.send("/exchange", bad.body)
        for line in (
            f"GET /{key}?key={key} HTTP/1.1",
            f"BREW /{key}",
            f"GET /ws?token={key} HTTP/1.1",
        ):
            with socket.create_connection(("127.0.0.1", self.port), 10) as peer:
                peer.sendall(f"{line}\r\nauthorization: Bearer {key}\r\n\r\n".encode())
                peer.recv(4_096)
        with connect(f"ws://127.0.0.1:{self.port}/ws?key={key}", compression=None) as stream:
            for text in (key, json.dumps({"method": key}), json.dumps({"method": "ping"})):
                stream.send(text)
                stream.recv(10)

    def by_hand(self, *arguments: str) -> Result:
        done = CliRunner().invoke(app, list(arguments))
        self.said.append(done.output + repr(done.exception))
        return done

    def command_line(self) -> None:
        """Key files good and bad, a feed with credentials, a node that does not answer."""
        url = ("--url", self.venue.url)
        good, bad = self.folder / "operator.key", self.folder / "bad.key"
        good.write_text(KEYS["second operator"].hex())
        bad.write_text(KEYS["lost"].hex() + "zz")
        halt = ("operator", "halt", "CBRS", "--grounds", "news")
        assert self.by_hand(*halt, *url, "--key-file", str(good)).exit_code == 0
        resume = ("operator", "resume", "CBRS", *url, "--key-file", str(good))
        assert self.by_hand(*resume).exit_code == 0
        assert self.by_hand(*halt, *url, "--key-file", str(bad)).exit_code == 2
        nowhere = ("--url", "http://127.0.0.1:9", "--key-file", str(good))
        assert self.by_hand(*halt, *nowhere).exit_code == 1
        credentials = self.folder / "stream.txt"
        credentials.write_text("\n".join(CREDENTIALS))
        config = self.folder / "feed.toml"
        config.write_text(
            f'[venue]\nurl = "{self.venue.url}"\n[[sources]]\nkind = "alpaca"\nname = "primary"\n'
            'calendar = "XNAS"\ncredentials = "stream.txt"\ncoins = { CBRS = "CBRS" }\n'
            'stream = "ws://127.0.0.1:9"\nrest = "http://127.0.0.1:9"\n'
        )
        assert tomllib.loads(config.read_text())
        assert self.by_hand("feed", "check", str(config)).exit_code == 1


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


@pytest.mark.slow
def test_no_secret_turns_up_in_anything_a_venue_says_or_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in IN_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("BELLWETHER_KEY_FILE", raising=False)
    genesis = tmp_path / "world.json"
    genesis.write_text(json.dumps(WORLD))
    directory, folder = tmp_path / "venue", tmp_path / "keys"
    folder.mkdir()
    options = ("--genesis", str(genesis), "--clock", "manual", "--start", "2026-05-01T00:00:00Z")
    wanted = needles()
    with VenueProcess(directory, *options) as venue:
        hour = Hour(venue, folder)
        hour.rights()
        for number in range(MINUTES):
            hour.minute(number)
        hour.mistakes()
        hour.command_line()
        found = leaks("the metrics", hour.client.get("/metrics")[2], wanted)
        workers = children(venue.process.pid)
        assert workers or (os.cpu_count() or 1) < 2
        for pid in workers:
            for name in ("cmdline", "environ"):
                found += leaks(
                    f"a worker's {name}", Path(f"/proc/{pid}/{name}").read_bytes(), wanted
                )
        own = Path(f"/proc/{venue.process.pid}/cmdline").read_bytes()
        found += leaks("the venue's arguments", own, wanted)
        if workers:
            # Losing a process in the middle is the most that is ever logged.
            os.kill(workers[-1], signal.SIGKILL)
            until("it is missed", lambda: "lost" in venue.said())
            hour.minute(MINUTES)
        traded = venue.info("recentTrades", coin="CBRS")
        assert len(traded) > 10, "the hour was one of trading"
        hour.client.__exit__()
        venue.stop()
        found += leaks("what it said", (venue.banner + venue.said()).encode(), wanted)
        found += leaks("the command line's output", "\n".join(hour.said).encode(), wanted)
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".seg", ".snapshot", ".sqlite3"}
    for path in files:
        found += leaks(path.name, path.read_bytes(), {**wanted, **hour.signatures})
    found += leaks("what it said", venue.said().encode(), hour.signatures)
    assert not found, "\n".join(found)


def test_the_search_finds_what_is_there() -> None:
    """A search that can not find is no proof: every spelling is found in the middle of a line."""
    wanted = needles()
    for key in KEYS.values():
        for form in (key, key.hex().upper().encode(), base64.b64encode(key), repr(key).encode()):
            assert leaks("a line", b"before " + form + b" after", wanted)
    assert leaks("a line", IN_ENVIRONMENT["DATABASE_URL"].encode(), wanted)
    assert not leaks("a line", b"nothing of the kind", wanted)


def test_a_worker_is_told_how_to_run_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in IN_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONPATH", "somewhere")
    told = sparse_environment()
    assert told["PYTHONPATH"] == "somewhere" and "PATH" in told
    assert not set(IN_ENVIRONMENT) & set(told)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a venue's log shows, as `serve` sets it up."""
    from bellwether import app as composition

    stream = io.StringIO()
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    composition._log_to(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


def test_what_an_exception_shows_is_taken_out_of_the_log(lines: io.StringIO) -> None:
    key = KEYS["master"]
    log = structlog.get_logger("a test")
    for text in (key.hex(), "0x" + key.hex(), str(int.from_bytes(key, "big")), "0x" + "ab" * 65):
        try:
            raise ValueError(f"invalid literal: '{text}'")
        except ValueError:
            log.exception("request_failed", path="/exchange")
            logging.getLogger("a library").exception("it broke on %s", text)
        assert text not in lines.getvalue()
    log.warning("odd", signature="0x12", body=b"{}", key=key, error="record " + "ab" * 32)
    said = lines.getvalue()
    assert said.count(REDACTED) >= 11
    assert "request_failed" in said and "it broke on" in said
    assert "0x12" not in said
    assert "ab" * 32 in said, "a hash of the journal is no secret and helps"


def test_only_long_numbers_are_taken_out() -> None:
    address = "0x" + "ab" * 20
    kept = f"account {address} seq 123456789 at 1777593600000000000 in /exchange"
    assert without_numbers(kept) == kept
    assert redacted(None, "info", {"event": "x", "seq": 5}) == {"event": "x", "seq": 5}

"""`bellwether feed` against a venue on loopback (PRICE-14, PRICE-19)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.feeds.prices import sessions
from bellwether.node.founding.dev_keys import dev_address, dev_key
from tests.feeds.kept_venue import PLAIN, entry, lines
from tests.feeds.providers import KEY_ID, SECRET, AlpacaStand, KrakenStand
from tests.gateway.live import LiveGateway

Feed = Callable[..., Result]
OPERATOR = ("--dev-operator", "0")
SIGNER = "0x" + dev_address("operator", 1).hex()


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path / "venue") as live:
        yield live


@pytest.fixture
def feed(venue: LiveGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Feed:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BELLWETHER_URL", venue.url)
    monkeypatch.delenv("BELLWETHER_KEY_FILE", raising=False)
    return lambda *arguments: CliRunner().invoke(app, ["feed", *arguments])


def write_valuations(folder: Path, *entries: dict[str, Any]) -> None:
    (folder / "feed.toml").write_text(
        '[venue]\nclock = "venue"\n[[sources]]\nkind = "valuations"\nname = "alpha"\n'
        f'place = "alpha.jsonl"\nsigners = ["{SIGNER}"]\n'
    )
    plain = "".join(json.dumps(one) + "\n" for one in entries)
    (folder / "plain.jsonl").write_text(plain)


def signed(feed: Feed, folder: Path) -> None:
    out = ("--out", str(folder / "alpha.jsonl"))
    done = feed("sign", "plain.jsonl", "--dev-operator", "1", *out)
    assert done.exit_code == 0, done.output
    assert done.stdout == f"1 entry signed by {SIGNER}\n"


def observed(venue: LiveGateway) -> list[str]:
    with venue.client() as client:
        found = client.post("/info", {"type": "indexInputs", "coin": "ANTH"})
    return [one["source"] for one in found]


def test_what_is_signed_here_reaches_the_index_once(
    venue: LiveGateway, feed: Feed, tmp_path: Path
) -> None:
    write_valuations(tmp_path, PLAIN)
    signed(feed, tmp_path)
    done = feed("run", "feed.toml", "--once", *OPERATOR)
    assert (done.exit_code, done.stdout) == (0, "alpha: 1 sent\n"), done.output
    assert "observation_sent" in done.stderr
    assert observed(venue) == ["alpha"]
    before = venue.state_hash()
    again = feed("run", "feed.toml", "--once", *OPERATOR)
    assert (again.exit_code, again.stdout) == (0, "alpha: 1 already sent\n")
    assert venue.state_hash() == before
    assert dev_key("operator", 0).hex() not in done.output


def test_wrong_entries_are_named_and_totals_are_json_for_programs(
    feed: Feed, tmp_path: Path
) -> None:
    write_valuations(tmp_path, PLAIN)
    (tmp_path / "alpha.jsonl").write_bytes(lines(entry()))
    done = feed("run", "feed.toml", "--once", "--json", *OPERATOR)
    assert json.loads(done.stdout) == [{"source": "alpha", "outcome": "refused here", "count": 1}]
    (said,) = [
        line for line in map(json.loads, done.stderr.splitlines()) if line["level"] == "warning"
    ]
    assert (said["event"], said["id"], said["line"]) == ("entry_refused", "alpha-1", 1)
    assert "who does not sign for alpha" in said["reason"]


def test_a_venue_that_is_gone_or_says_no_is_told(feed: Feed, tmp_path: Path) -> None:
    write_valuations(tmp_path, PLAIN)
    signed(feed, tmp_path)
    done = feed("run", "feed.toml", "--once", *OPERATOR, "--url", "http://127.0.0.1:1")
    assert done.exit_code == 1 and "no answer from http://127.0.0.1:1" in done.stderr
    other = feed("run", "feed.toml", "--once", "--dev-operator", "2")
    assert other.exit_code == 0 and "does not speak for" in other.stderr
    assert other.stdout == "alpha: 1 refused\n"


def test_check_says_what_a_configuration_would_do(
    venue: LiveGateway, feed: Feed, tmp_path: Path
) -> None:
    with AlpacaStand() as alpaca, KrakenStand() as kraken:
        write_valuations(tmp_path, PLAIN)
        signed(feed, tmp_path)
        (tmp_path / "alpaca.key").write_text(f"{KEY_ID}\n{SECRET}\n")
        config = (tmp_path / "feed.toml").read_text()
        common = 'calendar = "XNAS"\ncoins = { CBRS = "%s" }\n'
        config += '[[sources]]\nkind = "alpaca"\nname = "primary"\n' + common % "CBRS"
        config += f'credentials = "alpaca.key"\nstream = "{alpaca.stream}"\n'
        config += f'rest = "{alpaca.http.url}"\n'
        config += '[[sources]]\nkind = "ccxt"\nname = "overnight"\n' + common % "CBRSX/USD"
        config += f'exchange = "kraken"\naddress = "{kraken.http.url}"\n'
        (tmp_path / "feed.toml").write_text(config)
        done = feed("check", "feed.toml")
        assert done.exit_code == 0, done.output
        assert done.stdout.splitlines() == [
            f"ok  venue {venue.url}: its time is 2026-05-01T00:00:00.000Z",
            "      CBRS: prices of 3 decimals",
            "ok  calendar XNAS: 2026-05-01, now overnight",
            "      overnight 2026-05-01T00:00:00.000Z to 2026-05-01T08:00:00.000Z",
            "      pre 2026-05-01T08:00:00.000Z to 2026-05-01T13:30:00.000Z",
            "      regular 2026-05-01T13:30:00.000Z to 2026-05-01T20:00:00.000Z",
            "      post 2026-05-01T20:00:00.000Z to 2026-05-02T00:00:00.000Z",
            "ok  source alpha: 1 entries can be sent, 0 can not",
            "ok  source primary: authenticated, subscribed to CBRS; halts are told",
            "      CBRS is CBRS",
            "ok  source overnight: tickers of CBRSX/USD",
            "      CBRS is CBRSX/USD",
        ]
        alpaca.refuse = (402, "auth failed")
        kraken.down = True
        done = feed("check", "feed.toml", "--json")
    assert done.exit_code == 1
    says = {one["what"]: (one["ok"], one["says"]) for one in json.loads(done.stdout)}
    assert says["source primary"] == (False, "error 402: auth failed")
    assert says["source overnight"][0] is False
    assert SECRET not in done.output


def test_a_wrong_configuration_ends_the_command_with_the_field(feed: Feed, tmp_path: Path) -> None:
    write_valuations(tmp_path, PLAIN)
    path = tmp_path / "feed.toml"
    path.write_text(path.read_text().replace(SIGNER, "0x12"))
    for command in ("run", "check"):
        done = feed(command, "feed.toml", *(OPERATOR if command == "run" else ()))
        assert done.exit_code == 2 and done.stdout == ""
        assert "feed.toml: sources[0].signers: '0x12' is not an address" in done.stderr
    write_valuations(tmp_path, PLAIN)
    assert "no key: give --key-file" in feed("run", "feed.toml").stderr
    path.write_text(path.read_text() + 'record = "none/alpha.sent"\n')
    done = feed("run", "feed.toml", *OPERATOR)
    assert done.exit_code == 2 and "sources[0].record: none/alpha.sent" in done.stderr


def test_only_objects_can_be_signed(feed: Feed, tmp_path: Path) -> None:
    for content, fault in (("[]", "line 1: expected an object"), ("{", "line 1: is not JSON")):
        (tmp_path / "plain.jsonl").write_text(content)
        done = feed("sign", "plain.jsonl", "--out", "signed.jsonl", "--dev-operator", "1")
        assert done.exit_code == 2 and fault in done.stderr and done.stdout == ""
    assert feed("sign", "none.jsonl", "--out", "x", "--dev-operator", "1").exit_code == 2
    assert not (tmp_path / "signed.jsonl").exists()


def test_without_the_extra_it_says_what_to_install(
    feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "feed.toml").write_text(
        '[[sources]]\nkind = "ccxt"\nname = "overnight"\ncalendar = "XNAS"\n'
        'coins = { CBRS = "CBRSX/USD" }\nexchange = "kraken"\n'
    )
    monkeypatch.setitem(sys.modules, "exchange_calendars", None)
    sessions.library.cache_clear()
    for command in (("check", "feed.toml"), ("run", "feed.toml", *OPERATOR)):
        done = feed(*command)
        assert done.exit_code == 2
        assert "sources[0].calendar: calendars need the package exchange-calendars" in done.stderr
    monkeypatch.undo()
    sessions.library.cache_clear()


def test_valuations_need_no_calendar(feed: Feed, tmp_path: Path) -> None:
    write_valuations(tmp_path, PLAIN)
    signed(feed, tmp_path)
    code = (
        "import sys; sys.modules.update(exchange_calendars=None, ccxt=None, httpx=None)\n"
        "from bellwether.cli.main import main; main()"
    )
    run = [sys.executable, "-P", "-c", code, "feed", "run", "feed.toml", "--once", *OPERATOR]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "alpha: 1 sent\n"), done.stderr

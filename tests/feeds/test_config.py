"""A feed's configuration: what is wrong is said with its field."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from bellwether.feeds.config import AlpacaSection, ConfigInvalid, load_config
from bellwether.feeds.runner import calendars_of, read_credentials

ALPACA = """
[[sources]]
kind = "alpaca"
name = "consolidated"
calendar = "XNAS"
coins = { CBRS = "CBRS" }
credentials = "alpaca.key"
"""
CCXT = """
[[sources]]
kind = "ccxt"
name = "overnight"
calendar = "XNAS"
coins = { CBRS = "CBRSX/USD" }
exchange = "kraken"
"""
VALUATIONS = """
[[sources]]
kind = "valuations"
name = "alpha"
place = "alpha.jsonl"
signers = ["0x0000000000000000000000000000000000000001"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "feed.toml"
    path.write_text(text)
    return path


def test_a_configuration_is_read_with_its_defaults(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, ALPACA + CCXT + VALUATIONS))
    first = config.sources[0]
    assert isinstance(first, AlpacaSection)
    assert (first.feed, first.price, first.most_off) == ("sip", "last", Decimal("0.05"))
    assert first.rules().sanity.most_off_e6 == 50_000
    assert first.rules().max_age_ns == 30 * 10**9
    assert config.venue.url == "http://127.0.0.1:3001"
    assert config.path("alpaca.key") == tmp_path / "alpaca.key"


def test_fractions_are_read_exactly(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, ALPACA + "most_off = 0.07\ninterval_s = 2\n"))
    first = config.sources[0]
    assert isinstance(first, AlpacaSection)
    assert first.rules().sanity.most_off_e6 == 70_000
    assert first.rules().interval_ns == 2 * 10**9


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "Object missing required field `sources`"),
        ("sources = []", "sources: expected at least one"),
        ("this is no toml", "feed.toml is not TOML"),
        ("folder = '/tmp'\n" + ALPACA, "folder: is not a field"),
        ("[venue]\nurl = 'localhost'\n" + ALPACA, "venue.url: expected https://HOST"),
        ("[venue]\nclock = 'mine'\n" + ALPACA, "venue.clock: Invalid enum value 'mine'"),
        ("[venue]\nkey = 'ab'\n" + ALPACA, "venue: Object contains unknown field `key`"),
        (ALPACA + "speed = 3", "sources[0]: Object contains unknown field `speed`"),
        (ALPACA + "feed = 'delayed_sip'", "sources[0].feed: Invalid enum value"),
        (ALPACA + "interval_s = 0", "sources[0].interval_s: expected a number above zero"),
        (ALPACA + "most_off = 'x'", "sources[0].most_off: "),
        (ALPACA + "stream = 'http://x'", "sources[0].stream: expected wss://HOST"),
        (ALPACA + "rest = 'x'", "sources[0].rest: expected https://HOST"),
        (ALPACA + ALPACA, "sources[1].name: 'consolidated' is there twice"),
        (ALPACA.replace('"alpaca"', '"oracle"'), "sources[0].kind: Invalid value 'oracle'"),
        (ALPACA.replace('{ CBRS = "CBRS" }', "{}"), "sources[0].coins: expected at least one"),
        (ALPACA.replace('"CBRS"', "3"), "sources[0].coins[...]: Expected `str`, got `int`"),
        (CCXT + "poll_s = -1", "sources[0].poll_s: expected seconds above zero"),
        (CCXT + "address = 'x'", "sources[0].address: expected https://HOST"),
        (VALUATIONS.replace("0x00", "0x"), "sources[0].signers: '0x000"),
        (VALUATIONS.replace('["0x', '[] # ["0x'), "sources[0].signers: expected at least one"),
    ],
)
def test_a_wrong_configuration_is_refused_by_its_field(
    tmp_path: Path, text: str, fault: str
) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_config(written(tmp_path, text))
    assert fault in str(caught.value)


def test_every_configuration_in_the_guide_is_valid(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "feeds.md").read_text()
    found = re.findall(r"^```toml\n(\[venue\].*?)^```$", guide, re.MULTILINE | re.DOTALL)
    kinds = [one.name for text in found for one in load_config(written(tmp_path, text)).sources]
    assert kinds == ["alpha", "consolidated", "primary", "overnight"]


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"none\.toml can not be read: No such file"):
        load_config(tmp_path / "none.toml")


def test_a_calendar_that_nobody_knows_is_refused_by_its_field(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, VALUATIONS + CCXT.replace("XNAS", "NOPE")))
    with pytest.raises(ConfigInvalid, match=r"sources\[1\]\.calendar: 'NOPE' is not an exchange"):
        calendars_of(config)


def test_credentials_are_refused_without_being_shown(tmp_path: Path) -> None:
    path = tmp_path / "alpaca.key"
    with pytest.raises(ConfigInvalid, match="where: .*No such file"):
        read_credentials(path, "where")
    path.write_text("only-a-secret\n")
    with pytest.raises(ConfigInvalid) as caught:
        read_credentials(path, "where")
    assert "expected a key id and a secret" in str(caught.value)
    assert "only-a-secret" not in str(caught.value)
    path.write_text("id\nonly-a-secret\n")
    assert "only-a-secret" not in repr(read_credentials(path, "where"))

"""What decoders make of bytes from outside; the first lines of each were found by fuzzing."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bellwether.testing.campaigns.state import State
from bellwether.testing.fuzzing.decoders import campaign, decimals, disk, feeds, wire
from bellwether.testing.fuzzing.decoders.drawn import try_drawn
from bellwether.testing.fuzzing.decoders.table import TARGETS, seeds

FOUND: dict[str, list[bytes]] = {
    "provider_price": [b"1e5999999999999", b"1e-5999999999999"],
    "strict_json": [b"999999999999999999999", b"-99999999999999999999"],
    "alpaca_frame": [
        b'[{"T":"t","S":"C\xffBRS"}]',
        b'[{"T":"s","sc":"\xff","t":""}]',
        b'[{"T":"t","p":1e99999999999,"t":"2026-05-01T14:00:00Z"}]',
        b"[" * 100_000,
    ],
    "alpaca_snapshot": [b'{"tr\xffades":{}}', b'{"trades":{"\xff":{}},"quotes":{}}'],
    "massive_frame": [b'[{"ev":"NOI","T":"\xff"}]', b'[{"ev":"NOI","t":1,"a":"\xff"}]'],
    "valuation_file": [b'{"id":"\xff"}', b'{"id":"\xff"}\n', b"[" * 60_000 + b"\n"],
    "http_request": [
        b"\x40GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + wire.GET * 3,
        b"\xf0" + b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n" * 300,
    ],
}


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_decoder_takes_or_refuses(name: str) -> None:
    for content in (b"", *seeds(name), *FOUND.get(name, [])):
        assert TARGETS[name](content) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_nothing_is_found_in_a_few_inputs(name: str) -> None:
    drawn = try_drawn(name, 1, 40, None)
    assert drawn.error is None, drawn
    assert drawn.tried >= 40


def test_good_inputs_are_good() -> None:
    """A target that refuses everything would never fail."""
    entries = feeds.signed_entry() + b"\n" + feeds.signed_entry(id="a-2", size="5")
    assert len(feeds.read_entries(entries, feeds.SOURCE, (feeds.SIGNER,))[0]) == 2
    assert decimals.reference("-1.50") == -1.5 and decimals.reference("01") is None


def test_a_decoder_that_accepts_an_altered_record_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = disk.files()
    first = msgspec.structs.replace(written.records[0], commands=b"other")
    monkeypatch.setattr(
        disk, "files", lambda: written._replace(records=[first, *written.records[1:]])
    )
    with pytest.raises(AssertionError, match="altered record"):
        disk.journal_edits(b"")
    monkeypatch.setattr(disk, "files", lambda: written._replace(state=b"other"))
    with pytest.raises(AssertionError, match="altered snapshot"):
        disk.snapshot_bytes(written.state)


def test_a_decoder_that_fails_is_named_and_its_input_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_on_a_quote(content: bytes) -> None:
        assert b'"' not in content, "a quote"

    monkeypatch.setattr(campaign, "TARGETS", {"strict_json": fails_on_a_quote})
    monkeypatch.setitem(TARGETS, "strict_json", fails_on_a_quote)
    state = State("decoders", tmp_path)
    campaign.fuzz(0.1, campaign.HYPOTHESIS, state, tmp_path / "corpus", lambda *_: None)
    assert state.sums.wrong[0].startswith("strict_json: AssertionError: a quote")
    for kept in (tmp_path / "found").iterdir():
        with pytest.raises(AssertionError, match="a quote"):
            campaign.try_again("strict_json", kept.read_bytes())

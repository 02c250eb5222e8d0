"""What account holders ask for, over HTTP: disclosures, statements, previews (RULE-6, IFACE-8)."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bellwether.gateway.http import Request as HttpRequest, Response
from bellwether.gateway.hyperliquid.reads import downloads
from bellwether.gateway.hyperliquid.reads.holders import CSV_COLUMNS, MOST_LINES
from bellwether.gateway.limits import Limits
from bellwether.node.founding.genesis import dev_genesis
from bellwether.schema.commands import Genesis
from tests.gateway.live import START_MS, Client, GatewaySettings, LiveGateway
from tests.gateway.wallet import (
    Wallet,
    account,
    custodian,
    limit_order,
    operator,
    order_action,
)

HOUR_MS = 3_600_000
MISSING = "Must accept the market's disclosure before adding risk. asset=0"


def asking_world(start_ns: int) -> Genesis:
    """A dev world whose accounts are asked like all others."""
    world = dev_genesis(start_ns, check_nonce_window=False)
    return msgspec.structs.replace(world, requires_disclosures=True)


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path, founding=asking_world) as live:
        yield live


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path) as live:
        yield live


class Holder:
    """One client and the keys it signs with."""

    def __init__(self, live: LiveGateway, client: Client) -> None:
        self.live = live
        self.client = client

    def act(self, wallet: Wallet, action: dict[str, Any]) -> Any:
        return self.client.post("/exchange", wallet.l1(action, self.live.nonce()))

    def order(self, number: int, **changes: Any) -> Any:
        reply = self.act(account(number), order_action(limit_order(**changes)))
        return reply["response"]["data"]["statuses"][0]

    def operate(self, number: int, **act: Any) -> Any:
        envelope = operator(number).l1({"type": "operator", "act": act}, self.live.nonce())
        reply = self.client.post("/operator", envelope)
        assert reply["status"] == "ok", reply
        return reply["response"]["data"]

    def decided(self, **act: Any) -> None:
        number = self.operate(0, **act)["proposalId"]
        self.operate(1, kind="approve", proposalId=number)

    def ask(self, kind: str, **fields: Any) -> Any:
        return self.client.post("/info", {"type": kind, **fields})

    def refused(self, kind: str, **fields: Any) -> str:
        status, _, body = self.client.send("/info", json.dumps({"type": kind, **fields}).encode())
        assert status == 422, body
        return body.decode()

    def advance(self, ms: int) -> None:
        self.client.post("/dev/clock", {"advanceMs": ms})

    def statement(self, number: int, start: int = 0, end: int = 1 << 52, **more: Any) -> Any:
        user = account(number).hex_address
        return self.ask("statement", user=user, startTime=start, endTime=end, **more)


@pytest.fixture
def holder(venue: LiveGateway) -> Iterator[Holder]:
    with venue.client() as client:
        yield Holder(venue, client)


def test_a_text_is_read_accepted_by_its_hash_and_then_trading_is_open(asking: LiveGateway) -> None:
    """RULE-6."""
    with asking.client() as client:
        holder = Holder(asking, client)
        mine = account(0).hex_address
        text = holder.ask("disclosures", coin="CBRS", user=mine)
        assert text["required"] is True and text["version"] == 1
        assert text["hash"] == "0x" + sha256(text["text"].encode()).hexdigest()
        assert (text["accepted"], text["acceptedAt"]) == (False, None)
        assert holder.order(0) == {"error": MISSING}
        accept = {"type": "acceptDisclosure", "coin": "CBRS", "hash": text["hash"]}
        assert holder.act(account(0), accept) == {"status": "ok", "response": {"type": "default"}}
        assert "resting" in holder.order(0)
        shown = holder.ask("disclosures", coin="xyz:SPCX", user=mine)
        assert (shown["accepted"], shown["acceptedAt"]) == (True, START_MS), "it is the same text"
        assert holder.ask("disclosures", coin="ANTH", user=mine)["accepted"] is False
        assert holder.order(1, b=False) == {"error": MISSING}


def test_a_wrong_hash_is_refused_by_name(asking: LiveGateway) -> None:
    with asking.client() as client:
        holder = Holder(asking, client)
        other = holder.ask("disclosures", coin="ANTH")["hash"]
        accept = {"type": "acceptDisclosure", "coin": "CBRS", "hash": other}
        reply = holder.act(account(0), accept)
        assert reply["status"] == "err" and reply["response"].startswith("hash: it is not that of")
        for field, wrong, says in (
            ("hash", "0x12", "action.hash: expected 0x and 64 hexadecimal digits"),
            ("hash", 7, "action.hash: expected `str`"),
            ("coin", "NOPE", "action.coin: there is no market `NOPE`"),
        ):
            body = json.dumps(account(0).l1({**accept, field: wrong}, asking.nonce())).encode()
            status, _, text = client.send("/exchange", body)
            assert status == 422 and says in text.decode(), text
        assert holder.order(0) == {"error": MISSING}


def test_in_a_dev_world_everything_is_accepted(holder: Holder) -> None:
    """IFACE-1: existing clients go on, new accounts too."""
    stranger = Wallet(b"\x07" * 32)
    act = {"kind": "credit", "user": stranger.hex_address, "dex": "", "amount": "1000"}
    envelope = {"type": "operator", "act": {**act, "reference": "first"}}
    holder.client.post("/operator", custodian().l1(envelope, holder.live.nonce()))
    reply = holder.act(stranger, order_action(limit_order()))
    assert "resting" in reply["response"]["data"]["statuses"][0]
    shown = holder.ask("disclosures", coin="CBRS", user=stranger.hex_address)
    assert (shown["accepted"], shown["acceptedAt"]) == (True, None)


def lived(holder: Holder) -> None:
    """A trade, a few hours of funding, a transfer, a split, a settlement."""
    holder.order(0, b=False, p="175", s="10.001")
    assert "filled" in holder.order(1, p="175", s="10.001")
    holder.advance(3 * HOUR_MS)
    user = account(1).hex_address
    send = {"type": "sendAsset", "destination": user, "sourceDex": "", "destinationDex": "xyz"}
    send |= {"token": "USDC", "amount": "12.5", "fromSubAccount": "", "nonce": 0}
    nonce = holder.live.nonce()
    holder.client.post("/exchange", account(1).user_signed({**send, "nonce": nonce}, nonce))
    holder.decided(kind="rebase", coin="CBRS", numerator=2, denominator=3, grounds="split")
    holder.advance(HOUR_MS)
    how = {"method": "transaction", "px": "300.0", "grounds": "acquired"}
    holder.decided(kind="settle", coin="CBRS", **how)
    holder.advance(HOUR_MS)


def test_a_statement_leads_line_by_line_to_what_stands_in_the_ledger(holder: Holder) -> None:
    """IFACE-8: opening balance and all amounts are the closing balance, which is the ledger's."""
    lived(holder)
    whole = holder.statement(1)
    kinds = {line["type"] for line in whole["lines"]}
    assert kinds == {
        *("deposit", "fill", "funding", "transferOut", "transferIn", "rebase", "settlement")
    }
    assert whole["nextStartTime"] is None
    for dex in whole["dexes"]:
        running = Decimal(dex["opening"])
        for line in whole["lines"]:
            if line["dex"] == dex["dex"]:
                running += Decimal(line["amount"])
                assert Decimal(line["balance"]) == running
        assert Decimal(dex["closing"]) == running
        parts = dex["ledger"]
        made = [Decimal(parts[name]) for name in ("cash", "isolatedMargin", "fundingTold")]
        assert sum(made) == running
        state = holder.ask("clearinghouseState", user=account(1).hex_address, dex=dex["dex"])
        assert Decimal(state["marginSummary"]["accountValue"]) == running, "no position is open"
    (fill,) = (line for line in whole["lines"] if line["type"] == "fill")
    assert (fill["coin"], fill["side"], fill["px"], fill["sz"]) == ("CBRS", "B", "175.0", "10.001")
    assert Decimal(fill["amount"]) == Decimal(fill["closedPnl"]) - Decimal(fill["fee"])
    (end,) = (line for line in whole["lines"] if line["type"] == "settlement")
    assert (end["px"], end["fee"]) == ("300.0", "0.0")


def test_a_part_begins_where_the_part_before_ended(holder: Holder) -> None:
    lived(holder)
    cut = START_MS + 2 * HOUR_MS
    first, second = holder.statement(1, 0, cut), holder.statement(1, cut + 1)
    whole = holder.statement(1)
    assert [d["closing"] for d in first["dexes"]] == [d["opening"] for d in second["dexes"]]
    assert first["lines"] + second["lines"] == whole["lines"]
    assert first["dexes"][0]["ledger"] is None, "the ledger is that of now"


def test_a_statement_as_csv_has_the_same_numbers(holder: Holder) -> None:
    lived(holder)
    user = account(1).hex_address
    request = {"type": "statement", "user": user, "startTime": 0, "endTime": 1 << 52}
    body = json.dumps({**request, "format": "csv"}).encode()
    status, content_type, text = holder.client.send("/info", body)
    assert (status, content_type) == (200, "text/csv; charset=utf-8")
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    assert list(rows[0]) == CSV_COLUMNS
    openings, lines = rows[:2], rows[2:]
    assert [(row["dex"], row["type"], row["balance"]) for row in openings] == [
        ("main", "opening", "0.0"),
        ("xyz", "opening", "0.0"),
    ]
    whole = holder.statement(1)["lines"]
    assert [(row["type"], row["amount"], row["balance"]) for row in lines] == [
        (line["type"], line["amount"], line["balance"]) for line in whole
    ]
    assert lines[0]["time"] == "2026-05-01T00:00:00.000Z" and int(lines[0]["command"]) == 1


def test_a_long_statement_says_where_it_goes_on(holder: Holder) -> None:
    order = limit_order(b=False, p="175", s="0.06")
    for _ in range(MOST_LINES // 100 + 1):
        holder.act(account(0), order_action(*[order] * 100))
        took = holder.order(1, p="175", s="6", t={"limit": {"tif": "Ioc"}})
        assert "filled" in took
        holder.advance(1)
    pages = [holder.statement(1)]
    while pages[-1]["nextStartTime"] is not None:
        pages.append(holder.statement(1, pages[-1]["nextStartTime"]))
    assert len(pages) == 2 and all(len(page["lines"]) <= MOST_LINES for page in pages)
    assert sum(len(page["lines"]) for page in pages) == 100 * (MOST_LINES // 100 + 1) + 2
    assert pages[0]["dexes"][0]["closing"] == pages[1]["dexes"][0]["opening"]
    fields = {"user": account(1).hex_address, "startTime": 0, "endTime": 1 << 52}
    said = holder.refused("statement", **fields, format="csv")
    assert "endTime: the range holds more than 5000 lines" in said


def test_what_is_no_statement_is_refused_by_field(holder: Holder) -> None:
    good = {"user": account(0).hex_address, "startTime": 5, "endTime": 9}
    for change, says in (
        ({"user": "0x12"}, "user: expected an address"),
        ({"startTime": None}, "startTime: expected a whole number"),
        ({"endTime": -1}, "endTime: expected a whole number"),
        ({"endTime": 4}, "startTime: expected a time that is not after endTime"),
        ({"format": "xml"}, "format: expected one of json, csv"),
        ({"format": 1}, "format: expected a string"),
    ):
        assert says in holder.refused("statement", **{**good, **change})
    assert "coin: there is no market" in holder.refused("disclosures", coin="NOPE")
    nobody = {"user": "0x" + "99" * 20}
    assert holder.ask("statement", **{**good, **nobody})["lines"] == []


def test_a_preview_is_what_the_settlement_then_pays(holder: Holder) -> None:
    """LIFE-4, IFACE-8: at the average to date, at the moment it is carried out."""
    holder.order(0, b=False, p="180", s="10")
    holder.order(1, p="180", s="10")
    holder.order(0, b=False, p="184", s="400")
    holder.order(2, p="182", s="400")
    holder.advance(HOUR_MS)
    number = holder.operate(0, kind="settle", coin="CBRS", method="wind_down", grounds="wind_down")[
        "proposalId"
    ]
    said = {
        who: holder.ask("settlementPreview", user=account(who).hex_address, coin="CBRS")
        for who in (0, 1, 3)
    }
    holder.operate(1, kind="approve", proposalId=number)
    status = holder.ask("marketStatus", coin="CBRS")
    assert status["phase"] == "SETTLED"
    for who, preview in said.items():
        assert preview["settlement"]["px"] == status["settlementPx"] != "175.0"
        user = account(who).hex_address
        state = holder.ask("clearinghouseState", user=user)
        assert state["marginSummary"]["accountValue"] == preview["settlement"]["equityAfter"]
        assert state["withdrawable"] == preview["settlement"]["cashAfter"]
        ends = [f for f in holder.ask("userFills", user=user) if f["dir"] == "Settlement"]
        profits = [preview["settlement"]["profit"]] if who < 3 else []
        assert [fill["closedPnl"] for fill in ends] == profits
    assert said[1]["szi"] == "10.0" and said[1]["entryPx"] == "180.0"
    assert said[3]["entryPx"] is None and said[3]["settlement"]["cashPaid"] == "0.0"
    assert said[1]["conversion"]["becomes"] == "standard_equity"
    assert said[1]["conversion"]["cashPaid"] == "0.0"
    after = holder.ask("settlementPreview", user=account(1).hex_address, coin="CBRS")
    assert (after["phase"], after["settlement"], after["conversion"]) == ("SETTLED", None, None)


def test_a_chart_shows_no_jump_at_a_split_and_fills_stay_as_they_were(holder: Holder) -> None:
    """LIFE-10 as a front end sees it."""
    holder.order(0, b=False, p="176", s="10")
    holder.order(1, p="176", s="10")
    holder.advance(60_000)
    request = {"coin": "CBRS", "interval": "1m", "startTime": 0, "endTime": 1 << 52}
    before = holder.ask("candleSnapshot", req=request)
    holder.decided(kind="rebase", coin="CBRS", numerator=5, denominator=1, grounds="split")
    after = holder.ask("candleSnapshot", req=request)
    assert [c["c"] for c in before] == ["176.0", "176.0"]
    assert [(c["o"], c["c"], c["v"]) for c in after] == [
        ("35.2", "35.2", "50.0"),
        ("35.2", "35.2", "0.0"),
    ]
    context = holder.ask("metaAndAssetCtxs")[1][0]
    assert (context["prevDayPx"], context["dayNtlVlm"]) == ("35.0", "1760.0")
    assert context["dayBaseVlm"] == "50.0"
    assert holder.ask("recentTrades", coin="CBRS") == []
    fill = holder.ask("userFills", user=account(1).hex_address)[0]
    assert (fill["px"], fill["sz"]) == ("176.0", "10.0")
    spec = holder.ask("marketSpec", coin="CBRS")
    (rebase,) = spec["rebases"]
    assert (rebase["numerator"], rebase["denominator"]) == (5, 1)


def test_what_has_not_launched_has_no_history_yet(tmp_path: Path) -> None:
    """IFACE-4: the value at the launch is told once there has been one."""

    def later(start_ns: int) -> Genesis:
        world = dev_genesis(start_ns, check_nonce_window=False)
        spec = msgspec.structs.replace(world.markets[0], launch_time=start_ns + HOUR_MS * 1_000_000)
        return msgspec.structs.replace(world, markets=(spec, *world.markets[1:]))

    with LiveGateway(tmp_path, founding=later) as live, live.client() as client:
        holder = Holder(live, client)
        assert holder.ask("markHistory", coin="CBRS", startTime=0) == []
        preview = holder.ask("settlementPreview", user=account(0).hex_address, coin="CBRS")
        assert (preview["phase"], preview["settlement"]) == ("ANNOUNCED", None)
        holder.advance(2 * HOUR_MS)
        first = holder.ask("markHistory", coin="CBRS", startTime=0)[0]
        assert (first["time"], first["markPx"]) == (START_MS + HOUR_MS, "175.0")


def test_rule_6_a_text_of_the_operators_own_is_read_and_accepted(asking: LiveGateway) -> None:
    text = "Our own words.\nVersion 7 – with everything that has to be said."
    digest = "0x" + sha256(text.encode()).hexdigest()
    with asking.client() as client:
        holder = Holder(asking, client)
        holder.operate(0, kind="publishDisclosure", version=7, text=text)
        own = holder.ask("disclosureTexts")[-1]
        assert own == {"version": 7, "hash": digest, "text": text, "publishedAt": START_MS}
        assert [row["publishedAt"] for row in holder.ask("disclosureTexts")[:-1]] == [None, None]
        (said,) = (row for row in holder.ask("announcements") if row["hash"] == digest)
        assert (said["coin"], said["text"]) == (None, text)
        changes = {"disclosure": {"version": 7, "hash": digest}}
        holder.decided(kind="changeSpec", coin="CBRS", changes=changes, grounds="our own words")
        shown = holder.ask("disclosures", coin="CBRS", user=account(0).hex_address)
        assert (shown["version"], shown["text"], shown["accepted"]) == (7, text, False)
        assert holder.order(0) == {"error": MISSING}
        accept = {"type": "acceptDisclosure", "coin": "CBRS", "hash": digest}
        assert holder.act(account(0), accept)["status"] == "ok"
        assert "resting" in holder.order(0)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ({"version": 0, "text": "x"}, "act.version: expected `int` >= 1"),
        ({"version": 1, "text": ""}, "act.text"),
        ({"version": 1, "text": "x" * 50_001}, "act.text"),
        ({"version": 1}, "act: object missing required field `text`"),
        ({"version": 2, "text": "  "}, "A disclosure needs a version above zero and a text"),
    ],
)
def test_what_is_no_text_is_refused_by_name(
    venue: LiveGateway, act: dict[str, Any], says: str
) -> None:
    action = {"type": "operator", "act": {"kind": "publishDisclosure", **act}}
    with venue.client() as client:
        body = json.dumps(operator(0).l1(action, venue.nonce())).encode()
        _, _, answer = client.send("/operator", body)
        assert says in answer.decode()


def test_a_deposit_and_a_withdrawal_carry_the_custodians_reference(holder: Holder) -> None:
    """RULE-3, IFACE-8."""
    user = account(1).hex_address
    for kind, reference in (("credit", "wire 2026/17"), ("debit", "payout-3")):
        act = {"kind": kind, "user": user, "dex": "", "amount": "10", "reference": reference}
        envelope = {"type": "operator", "act": act}
        signed = custodian().l1(envelope, holder.live.nonce())
        assert holder.client.post("/operator", signed)["status"] == "ok"
    lines = holder.statement(1)["lines"]
    found = [(line["type"], line["reference"]) for line in lines[2:]]
    assert found == [("deposit", "wire 2026/17"), ("withdrawal", "payout-3")]
    rows = list(csv.DictReader(io.StringIO(download(holder, 1)[1].decode())))
    assert [row["reference"] for row in rows[-2:]] == ["wire 2026/17", "payout-3"]


def download(holder: Holder, number: int, query: str = "") -> tuple[dict[str, str], bytes]:
    """Headers and content of a statement's file."""
    path = f"/export/statement?user={account(number).hex_address}{query}"
    holder.client._connection.request("GET", path)
    response = holder.client._connection.getresponse()
    content = response.read()
    assert response.status == 200, content
    return {name.lower(): value for name, value in response.getheaders()}, content


def test_a_statement_is_a_file_with_its_checksum(holder: Holder) -> None:
    lived(holder)
    headers, content = download(holder, 1)
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["x-content-sha256"] == sha256(content).hexdigest()
    name = f"statement-{account(1).hex_address}-0.csv"
    assert headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "x-next-start-time" not in headers
    request = {"type": "statement", "user": account(1).hex_address, "startTime": 0}
    body = json.dumps({**request, "format": "csv"}).encode()
    assert holder.client.send("/info", body)[2] == content
    cut = START_MS + 2 * HOUR_MS
    _, part = download(holder, 1, f"&startTime={cut}&endTime={cut + HOUR_MS}")
    assert part.decode().splitlines()[0].split(",") == list(CSV_COLUMNS)
    assert 3 < len(part.splitlines()) < len(content.splitlines())


def test_a_long_file_is_whole_or_says_where_it_goes_on(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PIECE_LINES", 7)
    order = limit_order(b=False, p="175", s="0.06")
    for _ in range(5):
        holder.act(account(0), order_action(*[order] * 5))
        assert "filled" in holder.order(1, p="175", s="0.3", t={"limit": {"tif": "Ioc"}})
        holder.advance(1)
    whole = [line["balance"] for line in holder.statement(1)["lines"]]
    assert len(whole) == 27
    rows = list(csv.DictReader(io.StringIO(download(holder, 1)[1].decode())))
    assert [row["balance"] for row in rows[2:]] == whole
    monkeypatch.setattr(downloads, "MOST_LINES", 10)
    headers, first = download(holder, 1)
    found = [row["balance"] for row in csv.DictReader(io.StringIO(first.decode()))][2:]
    assert 10 <= len(found) < 27
    headers, second = download(holder, 1, f"&startTime={headers['x-next-start-time']}")
    rest = [row["balance"] for row in csv.DictReader(io.StringIO(second.decode()))]
    assert rest[:2] == [found[-1], "100000.0"], "it opens where the first ended"
    assert found + rest[2:] == whole[: len(found) + len(rest) - 2]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "user: expected an address"),
        ("user=0x12", "user: expected an address"),
        ("user={user}&startTime=soon", "startTime: expected whole milliseconds"),
        ("user={user}&startTime=-1", "startTime: expected whole milliseconds"),
        ("user={user}&startTime=%D9%A3", "startTime: expected whole milliseconds"),
        ("user={user}&endTime=", "endTime: expected whole milliseconds"),
        ("user={user}&startTime=9&endTime=8", "startTime: expected a time that is not after"),
        ("user={user}&user={user}", "user: expected once"),
        ("user={user}&coin=CBRS", "coin: expected one of user, startTime, endTime"),
        ("a=1&" * 11, "expected at most 10 fields"),
    ],
)
def test_what_is_no_download_is_refused_by_field(venue: LiveGateway, query: str, says: str) -> None:
    with venue.client() as client:
        path = "/export/statement?" + query.format(user=account(0).hex_address)
        status, _, answer = client.get(path)
        assert (status, says in answer.decode()) == (422, True), answer
        assert client.send("/export/statement", b"{}")[0] == 405


def test_a_download_weighs_what_its_lines_weigh(tmp_path: Path) -> None:
    settings = GatewaySettings(limits=True)
    with LiveGateway(tmp_path, settings=settings) as live, live.client() as client:
        path = f"/export/statement?user={account(0).hex_address}"
        answers = [client.get(path)[0] for _ in range(61)]
        assert answers[0] == 200 and answers[-1] == 429


def test_other_requests_are_answered_while_a_file_is_put_together(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One piece at a time, with the loop free in between."""
    monkeypatch.setattr(downloads, "PIECE_LINES", 1)
    lived(holder)
    ticks: list[int] = []

    async def counted() -> bytes:
        work = asyncio.ensure_future(_bare_download(holder))
        while not work.done():
            ticks.append(1)
            await asyncio.sleep(0)
        return (await work).body

    body = holder.live.run(counted())
    times = {line.partition(b",")[0] for line in body.splitlines()[3:]}
    assert len(ticks) > len(times) >= 4


async def _bare_download(holder: Holder) -> Response:
    door = downloads.Downloads(holder.live.node, Limits(False))
    query = f"user={account(1).hex_address}"
    return await door.statement(HttpRequest("GET", "", None, b"", "", "", query))

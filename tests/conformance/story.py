"""A venue's eventful hours over its public interface: whatever a client may ever be shown.

CBRS is quoted, traded, followed by stops and TWAP orders, falls and liquidates, and converts;
xyz:SPCX trades and settles. Account 1 does most of it, account 3 is liquidated, 6 and 7 quote.
"""

from __future__ import annotations

import contextlib
import http.client
import json
from typing import Any

from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.traders.venue_api import VenueApi
from bellwether.node.founding.dev_keys import dev_key
from tests.crash.venue_process import VenueProcess

START_MS = 1_777_593_600_000
"""2026-05-01T00:00:00Z."""
HOUR_MS = 3_600_000
MANUAL = ("--clock", "manual", "--start", "2026-05-01T00:00:00Z")
CBRS, ANTH, SPCX = 0, 1, 110_000
SUBJECT, OTHER, FALLEN, BUILDER, NAMED, UNNAMED = 1, 2, 3, 4, 8, 9
NOBODY = "0x" + "ab" * 20
_PAIR_OF_MAKERS = (6, 7)


def wallet(account: int) -> Wallet:
    return Wallet(dev_key("account", account))


def address(account: int) -> str:
    return wallet(account).hex_address


def cloid(number: int) -> str:
    return f"0x{number:032x}"


class Story:
    """Acts for everybody. Each chapter leaves a quiet venue behind."""

    def __init__(self, venue: VenueProcess) -> None:
        self.venue = venue
        self._stack = contextlib.ExitStack()
        self._apis: dict[str, VenueApi] = {}
        self.now_ms = START_MS

    def __enter__(self) -> Story:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def api(self, account: int | str) -> VenueApi:
        """The client of an account, or of `operator0` and `operator1`, on a fresh connection: the
        venue hangs up on one that has been idle."""
        name = account if isinstance(account, str) else f"account{account}"
        if name not in self._apis:
            key = dev_key(name[:-1], int(name[-1]))
            found = VenueApi(self.venue.url, Wallet(key), timeout_s=120)
            self._apis[name] = self._stack.enter_context(contextlib.closing(found))
        self._apis[name].close()
        return self._apis[name]

    def info(self, kind: str, **fields: Any) -> Any:
        return self.api(0).info(kind, **fields)

    def act(self, account: int, action: dict[str, Any]) -> Any:
        return self.api(account).exchange(action)

    def order(
        self,
        account: int,
        is_buy: bool,
        size: str,
        price: str,
        *,
        asset: int = CBRS,
        tif: str = "Gtc",
        **more: Any,
    ) -> Any:
        """The status of one order."""
        terms = {"limit": {"tif": tif}}
        order = {"a": asset, "b": is_buy, "p": price, "s": size, "r": False, "t": terms, **more}
        return self.orders(account, order)[0]

    def orders(self, account: int, *orders: dict[str, Any], grouping: str = "na") -> list[Any]:
        reply = self.act(account, {"type": "order", "orders": orders, "grouping": grouping})
        return list(reply["data"]["statuses"])

    def stop(
        self, price: str, trigger: dict[str, Any], *, is_market: bool = True
    ) -> dict[str, Any]:
        """A stop that sells one CBRS."""
        terms = {"trigger": {"isMarket": is_market, **trigger}}
        return {"a": CBRS, "b": False, "p": price, "s": "1", "r": True, "t": terms}

    def operate(self, kind: str, **fields: Any) -> Any:
        return self.api("operator0").operate({"kind": kind, **fields})

    def decide(self, kind: str, **fields: Any) -> None:
        """Operator 0 proposes, operator 1 approves."""
        number = self.operate(kind, **fields)["data"]["proposalId"]
        self.api("operator1").operate({"kind": "approve", "proposalId": number})

    def forward(self, milliseconds: int) -> None:
        """Time goes on, and every timer until then runs."""
        host = self.venue.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=300)
        with contextlib.closing(connection):
            body, headers = (
                json.dumps({"advanceMs": milliseconds}),
                {"Content-Type": "application/json"},
            )
            connection.request("POST", "/dev/clock", body, headers)
            reply = connection.getresponse()
            content = reply.read()
        assert reply.status == 200, content
        self.now_ms = json.loads(content)["timeMs"]

    # -- chapters -----------------------------------------------------------------------------
    def quotes(self) -> None:
        """Two makers in two dexes; books of several levels."""
        for asset, reference in ((CBRS, 175), (SPCX, 150)):
            for step in range(1, 6):
                for maker, is_buy in zip(_PAIR_OF_MAKERS, (True, False), strict=True):
                    price = reference - step if is_buy else reference + step
                    placed = self.order(maker, is_buy, "40", str(price), asset=asset)
                    assert "resting" in placed, placed

    def trading(self) -> None:
        """Fills whole and in part, refusals, changes, cancels, groups."""
        self.act(
            SUBJECT, {"type": "updateLeverage", "asset": CBRS, "isCross": False, "leverage": 5}
        )
        assert "filled" in self.order(SUBJECT, True, "10.5", "177", tif="Ioc", c=cloid(1))
        assert "resting" in self.order(SUBJECT, True, "100", "176", c=cloid(2))
        assert "filled" in self.order(OTHER, False, "30", "170", tif="Ioc")
        assert "filled" in self.order(SUBJECT, True, "3", "155", asset=SPCX, tif="FrontendMarket")
        assert "resting" in self.order(SUBJECT, True, "3", "140", asset=SPCX)
        for number, wanted in enumerate(
            (
                {"p": "300", "tif": "Alo"},
                {"p": "150", "tif": "Ioc"},
                {"p": "170", "s": "0.001"},
                {"p": "170", "s": "90000"},
                {"p": "170.123456"},
            ),
            start=10,
        ):
            terms = {"limit": {"tif": wanted.pop("tif", "Gtc")}}
            order = {"a": CBRS, "b": True, "s": "1", "r": False, "t": terms, "c": cloid(number)}
            assert "error" in self.orders(SUBJECT, {**order, **wanted})[0]
        oid = self.order(SUBJECT, True, "2", "160")["resting"]["oid"]
        terms = {"limit": {"tif": "Gtc"}}
        new = {"a": CBRS, "b": True, "p": "161", "s": "2", "r": False, "t": terms, "c": cloid(3)}
        self.act(SUBJECT, {"type": "modify", "oid": oid, "order": new})
        again = {
            "type": "batchModify",
            "modifies": [{"oid": cloid(3), "order": {**new, "p": "162"}}],
        }
        assert "resting" in self.act(SUBJECT, again)["data"]["statuses"][0]
        named = {"type": "cancelByCloid", "cancels": [{"asset": CBRS, "cloid": cloid(2)}]}
        assert self.act(SUBJECT, named)["data"]["statuses"] == ["success"]
        gone = {"type": "cancel", "cancels": [{"a": CBRS, "o": oid}]}
        assert "error" in self.act(SUBJECT, gone)["data"]["statuses"][0]

    def stops(self) -> None:
        """Stops of every kind, in groups and alone, one that fires; TWAP orders."""
        parent = {"a": CBRS, "b": True, "p": "150", "s": "1", "r": False}
        parent["t"] = {"limit": {"tif": "Gtc"}}
        loss = self.stop("140", {"triggerPx": "145", "tpsl": "sl"})
        profit = self.stop("190", {"triggerPx": "190", "tpsl": "tp"}, is_market=False)
        found = self.orders(SUBJECT, parent, loss, profit, grouping="normalTpsl")
        assert found[1:] == ["waitingForFill"] * 2, found
        whole = {**profit, "s": "0"}
        found = self.orders(SUBJECT, loss, whole, grouping="positionTpsl")
        assert not any("error" in status for status in found), found
        for trigger in (
            {"trailPx": "5", "tpsl": "sl"},
            {"trailRate": "0.1", "tpsl": "sl"},
            {"triggerPx": "150", "tpsl": "sl", "triggerBy": "last"},
            {"triggerPx": "174.9", "tpsl": "sl"},
        ):
            found = self.orders(SUBJECT, self.stop("140", trigger))
            assert "error" not in found[0], found
        begun = {"a": CBRS, "b": False, "s": "2", "r": False, "m": 5, "t": False}
        self.act(SUBJECT, {"type": "twapOrder", "twap": begun})
        reply = self.act(SUBJECT, {"type": "twapOrder", "twap": {**begun, "m": 30, "s": "8"}})
        number = reply["data"]["status"]["running"]["twapId"]
        details = {"t": {"p": "200", "a": True}, "s": None}
        self.act(SUBJECT, {"type": "twapOrder", "twap": {**begun, "s": "8"}, "details": details})
        self.forward(90_000)
        self.act(SUBJECT, {"type": "twapCancel", "a": CBRS, "t": number})

    def money(self) -> None:
        """Builders, agents, transfers, credits and debits, a switch."""
        api, builder = self.api(SUBJECT), address(BUILDER)
        api.user_signed({"type": "approveBuilderFee", "maxFeeRate": "0.01%", "builder": builder})
        named = {"b": builder, "f": 10}
        terms = {"limit": {"tif": "Ioc"}}
        order = {"a": CBRS, "b": True, "p": "178", "s": "2", "r": False, "t": terms}
        action = {"type": "order", "orders": [order], "grouping": "na", "builder": named}
        assert "filled" in self.act(SUBJECT, action)["data"]["statuses"][0]
        self.act(BUILDER, {"type": "claimRewards"})
        for agent, name in ((NAMED, "bot"), (UNNAMED, "")):
            wanted = {"type": "approveAgent", "agentAddress": AGENTS[agent].hex_address}
            api.user_signed({**wanted, "agentName": name})
        sent = {"type": "sendAsset", "token": "USDC", "fromSubAccount": ""}
        for target, source, dex in ((SUBJECT, "", "xyz"), (OTHER, "", "")):
            where = {"destination": address(target), "sourceDex": source, "destinationDex": dex}
            api.user_signed({**sent, **where, "amount": "100"})
        for kind, amount in (("credit", "5000"), ("debit", "50")):
            act = {"kind": kind, "user": address(SUBJECT), "dex": "", "amount": amount}
            custodian = VenueApi(self.venue.url, Wallet(dev_key("custodian")))
            with contextlib.closing(custodian):
                custodian.operate({**act, "reference": f"a {kind}"})
        self.order(OTHER, True, "1", "150")
        self.act(OTHER, {"type": "scheduleCancel", "time": self.now_ms + 10_000})
        self.forward(20_000)
        said = {
            "setPerpAnnotation": {"coin": "xyz:SPCX", "category": "space", "description": "It."}
        }
        self.api("operator0").exchange({"type": "perpDeploy", **said})

    def funding(self) -> None:
        """Two full hours."""
        self.forward(2 * HOUR_MS)

    def liquidation(self) -> None:
        """Account 3 holds much with little, and the makers go down."""
        leverage = {"type": "updateLeverage", "asset": CBRS, "isCross": False, "leverage": 5}
        self.act(FALLEN, leverage)
        assert "filled" in self.order(FALLEN, True, "60", "180", tif="Ioc")
        for maker in _PAIR_OF_MAKERS:
            resting = self.info("openOrders", user=address(maker))
            cancels = [{"a": CBRS, "o": order["oid"]} for order in resting]
            self.act(maker, {"type": "cancel", "cancels": cancels})
        self.order(6, True, "500", "141")
        self.order(7, False, "500", "142")
        for _ in range(40):
            self.forward(6 * 60_000)
            if any("liquidation" in fill for fill in self.info("userFills", user=address(FALLEN))):
                return
        raise AssertionError("account 3 was not liquidated")

    def conversion(self) -> None:
        """CBRS lists, and three sources say what the share costs."""
        self.decide(
            "confirmListing",
            coin="CBRS",
            exchange="XNAS",
            listedAs="CBRS",
            structure="ipo",
            crossPx="142",
            crossTime=self.now_ms,
        )
        for _ in range(12):
            self.forward(5_000)
            for source in ("consolidated", "primary", "overnight"):
                at = {"time": self.now_ms, "session": "regular"}
                self.operate("externalPrice", coin="CBRS", source=source, px="142", **at)
        phase = self.info("marketStatus", coin="CBRS")["phase"]
        assert phase in ("CONVERTING", "LISTED"), phase

    def settlement(self) -> None:
        """xyz:SPCX is bought up."""
        self.decide("settle", coin="xyz:SPCX", method="transaction", px="160", grounds="acquired")
        assert self.info("meta", dex="xyz")["universe"][0]["isDelisted"] is True

    def patience(self) -> None:
        """Orders that rest to the end: there is something to tell of open ones."""
        for price in ("130", "131"):
            placed = self.order(SUBJECT, True, "1", price)
            assert "resting" in placed, placed

    def whole(self) -> None:
        """All of it."""
        for chapter in CHAPTERS:
            getattr(self, chapter)()


CHAPTERS = (
    "quotes",
    "trading",
    "stops",
    "money",
    "funding",
    "liquidation",
    "conversion",
    "settlement",
    "patience",
)
AGENTS = {NAMED: Wallet(b"\x51" * 32), UNNAMED: Wallet(b"\x52" * 32)}

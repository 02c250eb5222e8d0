"""Traders that load a venue until it dies, and an auditor that knows what they were told.

Account 0 only buys and account 1 only sells, so that no order of theirs ever meets their own;
account 2 takes. What is open, filled or canceled afterwards must follow from the answers they got.
"""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from decimal import Decimal
from random import Random
from typing import Any

from bellwether.lab.traders.venue_api import VenueApi, VenueRefused, VenueUnreachable
from tests.crash.venue_process import VenueProcess

BUYER, SELLER, TAKER = 0, 1, 2
ACCOUNTS = (BUYER, SELLER, TAKER)
ASSET, COIN = 0, "CBRS"


class Answers:
    """What one account asked for and what it was told, over all lives of a venue."""

    def __init__(self, account: int) -> None:
        self.account = account
        self.asked: list[list[str]] = []
        """Client ids of each action that placed orders, answered or not."""
        self.told: dict[str, Any] = {}
        """By client id, the status in the venue's answer."""
        self.moved_in_doubt: set[str] = set()
        """Orders of which a modification was asked and never answered."""
        self.sent_asked = 0
        self.sent_told = 0
        """Dollars moved from the main dex to the other one."""
        self.cancel_asked: set[str] = set()
        self.cancel_told: set[str] = set()
        self.refused: list[str] = []
        """Answers that no healthy venue gives."""

    def next_client_id(self) -> str:
        number = sum(map(len, self.asked)) + 1
        return f"0x{self.account + 1:016x}{number:016x}"


class Trader(threading.Thread):
    """Places and cancels until nobody answers any more."""

    def __init__(self, api: VenueApi, answers: Answers, luck: Random) -> None:
        super().__init__(daemon=True)
        self._api = api
        self._answers = answers
        self._luck = luck
        self._mine: list[str] = []

    def run(self) -> None:
        with contextlib.closing(self._api):
            while True:
                try:
                    self._act()
                except VenueUnreachable:
                    return
                except VenueRefused as refusal:
                    self._answers.refused.append(refusal.text)
                    return

    def _act(self) -> None:
        drawn = self._luck.random()
        if drawn < 0.05:
            self._send()
        elif self._mine and drawn < 0.3:
            self._cancel()
        elif self._mine and drawn < 0.4:
            self._modify()
        else:
            self._place()

    def _place(self) -> None:
        count = self._luck.choice((1, 1, 1, 2, 3))
        ids: list[str] = []
        self._answers.asked.append(ids)
        orders = []
        for _ in range(count):
            ids.append(self._answers.next_client_id())
            orders.append(self._order(ids[-1]))
        action = {"type": "order", "orders": orders, "grouping": "na"}
        statuses = self._api.exchange(action)["data"]["statuses"]
        for client_id, status in zip(ids, statuses, strict=True):
            self._answers.told[client_id] = status
            if "resting" in status:
                self._mine.append(client_id)

    def _order(self, client_id: str) -> dict[str, Any]:
        account = self._answers.account
        is_buy = account == BUYER or (account == TAKER and self._luck.random() < 0.5)
        cents = self._luck.randrange(-100, 20)
        price = 17_500 + (cents if is_buy else -cents)
        if account == TAKER:
            price = 17_600 if is_buy else 17_400
        return {
            "a": ASSET,
            "b": is_buy,
            "p": f"{price // 100}.{price % 100:02}",
            "s": f"0.{self._luck.randrange(1, 10)}",
            "r": False,
            "t": {"limit": {"tif": "Ioc" if account == TAKER else "Gtc"}},
            "c": client_id,
        }

    def _cancel(self) -> None:
        client_id = self._mine.pop(self._luck.randrange(len(self._mine)))
        self._answers.cancel_asked.add(client_id)
        entry = {"asset": ASSET, "cloid": client_id}
        reply = self._api.exchange({"type": "cancelByCloid", "cancels": [entry]})
        if reply["data"]["statuses"] == ["success"]:
            self._answers.cancel_told.add(client_id)

    def _modify(self) -> None:
        client_id = self._luck.choice(self._mine)
        self._answers.moved_in_doubt.add(client_id)
        change = {"oid": client_id, "order": self._order(client_id)}
        reply = self._api.exchange({"type": "batchModify", "modifies": [change]})
        self._answers.moved_in_doubt.discard(client_id)
        (status,) = reply["data"]["statuses"]
        if "error" not in status:
            self._answers.told[client_id] = status
        elif "no fresh price" in status["error"]:
            # As with a cancel and a new order, the old one is gone (PRICE-20a).
            self._answers.moved_in_doubt.add(client_id)
        else:
            assert "canceled or filled" in status["error"], status
        if "resting" not in status:
            self._mine.remove(client_id)

    def _send(self) -> None:
        """One dollar to the account's own side of the other dex: out of one, into the other."""
        assert self._api.wallet is not None
        self._answers.sent_asked += 1
        action = {"type": "sendAsset", "destination": self._api.wallet.hex_address}
        route = {"sourceDex": "", "destinationDex": "xyz", "token": "USDC", "amount": "1"}
        self._api.user_signed({**action, **route, "fromSubAccount": ""})
        self._answers.sent_told += 1


class Market:
    """A venue's traders over several lives of its process."""

    def __init__(self, venue: VenueProcess, seed: int) -> None:
        self.venue = venue
        self.luck = Random(seed)
        self.answers = [Answers(account) for account in ACCOUNTS]
        self._seen = [0] * len(ACCOUNTS)

    def load(self) -> list[Trader]:
        """Starts everyone; they end when the venue does."""
        traders = [
            Trader(self.venue.api(a.account), a, Random(self.luck.random())) for a in self.answers
        ]
        for trader in traders:
            trader.start()
        return traders

    def trades_again(self) -> bool:
        """Has the first fresh price since the start come (PRICE-20a)?"""
        with contextlib.closing(self.venue.api(BUYER)) as api:
            return api.info("marketStatus", coin=COIN)["awaitsPricesSince"] is None

    def acknowledged(self) -> int:
        """How many orders and cancels were answered."""
        return sum(len(a.told) + len(a.cancel_told) for a in self.answers)

    def audit(self, everything: bool = False) -> None:
        """Compares the venue's state with all that was told; `everything` goes back to the start,
        otherwise orders of audited lives are left out."""
        assert self.venue.differences() == {"": "0.0", "xyz": "0.0"}
        sides: dict[int, list[Any]] = defaultdict(list)
        net = Decimal(0)
        for answers in self.answers:
            with contextlib.closing(self.venue.api(answers.account)) as api:
                fills = all_fills(api)
                net += audit_account(api, answers, fills, 0 if everything else self._seen)
            for fill in fills:
                sides[fill["tid"]].append(fill)
        self._seen = [len(answers.asked) for answers in self.answers]
        assert net == 0, "positions are a zero-sum game"
        for tid, halves in sides.items():
            assert len(halves) == 2, f"trade {tid} has {len(halves)} sides"
            assert halves[0]["sz"] == halves[1]["sz"] and halves[0]["px"] == halves[1]["px"]
            assert {half["side"] for half in halves} == {"A", "B"}


def all_fills(api: VenueApi) -> list[Any]:
    """Every fill of an account, oldest first."""
    assert api.wallet is not None
    found: dict[int, Any] = {}
    start = 0
    while True:
        page = api.info("userFillsByTime", user=api.wallet.hex_address, startTime=start)
        before = len(found)
        found |= {fill["tid"]: fill for fill in page}
        if len(found) == before:
            return list(found.values())
        start = page[-1]["time"]


def audit_account(
    api: VenueApi, answers: Answers, fills: list[Any], skip: int | list[int]
) -> Decimal:
    """Checks every action from number `skip` on; the account's position."""
    assert not answers.refused, answers.refused[:3]
    assert api.wallet is not None
    user = api.wallet.hex_address
    filled: dict[int, Decimal] = defaultdict(Decimal)
    for fill in fills:
        filled[fill["oid"]] += Decimal(fill["sz"])
    first = skip if isinstance(skip, int) else skip[answers.account]
    opened = {order["oid"] for order in api.info("openOrders", user=user)}
    for client_ids in answers.asked[first:]:
        states = [api.info("orderStatus", user=user, oid=client_id) for client_id in client_ids]
        known = [state["status"] == "order" for state in states]
        if client_ids[0] not in answers.told:
            assert all(known) or not any(known), "an action is carried out whole or not at all"
        for client_id, state in zip(client_ids, states, strict=True):
            audit_order(client_id, state, answers, filled, opened)
    bought = sum((Decimal(f["sz"]) for f in fills if f["side"] == "B"), Decimal(0))
    sold = sum((Decimal(f["sz"]) for f in fills if f["side"] == "A"), Decimal(0))
    state = api.info("clearinghouseState", user=user)
    sent = Decimal(api.info("clearinghouseState", user=user, dex="xyz")["withdrawable"]) - 100_000
    assert answers.sent_told <= sent <= answers.sent_asked, "what left one dex came into the other"
    held = [p["position"] for p in state["assetPositions"] if p["position"]["coin"] == COIN]
    position = Decimal(held[0]["szi"]) if held else Decimal(0)
    assert position == bought - sold, "the position is what was filled"
    return position


def audit_order(
    client_id: str,
    state: dict[str, Any],
    answers: Answers,
    filled: dict[int, Decimal],
    opened: set[int],
) -> None:
    """One order against what its account was told about it."""
    told = answers.told.get(client_id)
    if state["status"] != "order":
        assert told is None or "error" in told, f"{client_id} was acknowledged and is lost: {told}"
        return
    order, status = state["order"]["order"], state["order"]["status"]
    oid, done = order["oid"], filled[order["oid"]]
    whole, left = Decimal(order["origSz"]), Decimal(order["sz"])
    assert (oid in opened) == (status == "open"), (client_id, status)
    assert done + left == whole, (client_id, status, done, left, whole)
    assert status != "filled" or left == 0
    if told is None:
        return
    if "error" in told:
        assert status != "open" and done == 0, (told, state)
    elif "filled" in told:
        assert told["filled"]["oid"] == oid
        assert done >= Decimal(told["filled"]["totalSz"]), (told, state)
        assert status in ("filled", "canceled", "iocCancelRejected"), (told, state)
    elif client_id not in answers.moved_in_doubt:
        assert told["resting"]["oid"] == oid
        if client_id in answers.cancel_told:
            assert status == "canceled", f"{client_id} was canceled and is {status}"
        elif client_id not in answers.cancel_asked:
            assert status in ("open", "filled"), f"{client_id} rested and is {status}"

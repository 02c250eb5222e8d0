"""The commands of a scenario table, carried out on an engine.

    account NAME USD [DEX=USD]            market NAME PRESET ref=USD [FIELD=VALUE …]
    dex NAME                              found           `swift`: an oracle without delay
    NAME buy|sell SIZE @ PRICE [WORD …]   words: ioc alo fok market reduce tied id=NAME in=MARKET
                                          stop-market=P stop-limit=P take-market=P take-limit=P
                                          by=index|last
    NAME group ORDER ; ORDER …            a parent and its children
    NAME cancel ID|CLIENT …               NAME modify ID|CLIENT ORDER [keep-id]
    NAME leverage N cross|isolated        NAME margin USD
    NAME transfer USD to NAME [from=DEX] [into=DEX]
    NAME schedule SECONDS|off             NAME agent NAME [until=SECONDS]
    NAME withdraw USD [to=NAME]           NAME signers N NAME …
    NAME together NAME,NAME LINE          what signers of the first ask for; the first of them sends
    custodian credit|debit NAME USD REFERENCE [DEX]
    custodian release N REFERENCE|approve N|refuse N WORD
    operator open|post_only|cancel_only|halted MARKET
    disk well|slow|stalled|low             what the node says of it (LIFE-13)
    first|second {ACT}                    an operator's act as JSON; `second` approves
    wait SECONDS                          show book|market|NAME|solvency [MARKET]

Any user's line takes `nonce=N`, `expires=SECONDS` and `for=NAME`; times count from the founding.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import Any, Final, get_args

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.engine.state.market import Market
from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.operators.acts import ACTS
from bellwether.schema import codes, commands
from bellwether.schema.instrument import InstrumentSpec, MarginTier
from bellwether.schema.parts.withdrawals import USUAL_TERMS
from bellwether.schema.presets import specify
from bellwether.testing.scenario.wording import TRIGGERS, Wording, usd
from bellwether.units.text import DecimalError, parse_decimal

START_NS: Final = 1_777_593_600_000_000_000
SECOND_NS: Final = 10**9
KINDS: Final = {
    "ioc": codes.IOC,
    "alo": codes.ALO,
    "fok": codes.FOK,
    "market": codes.FRONTEND_MARKET,
}
DISK: Final = {
    "well": (codes.OPEN, codes.BY_REQUEST),
    "slow": (codes.POST_ONLY, codes.DISK_SLOW),
    "stalled": (codes.CANCEL_ONLY, codes.DISK_SLOW),
    "low": (codes.CANCEL_ONLY, codes.DISK_LOW),
}
TRIGGER_KINDS: Final = {name: kind for kind, name in TRIGGERS.items()}
SELF_TRADES: Final = {
    "allow": codes.STP_ALLOW,
    "cancel_maker": codes.STP_CANCEL_MAKER,
    "reject_taker": codes.STP_REJECT_TAKER,
    "cancel_both": codes.STP_CANCEL_BOTH,
    "decrement": codes.STP_DECREMENT,
}
MODES: Final = {
    "cross": codes.CROSS,
    "no_cross": codes.NO_CROSS,
    "strict_isolated": codes.STRICT_ISOLATED,
}
SWIFT: Final = {
    "time_constant_ns": 1_000_000,
    "step_cap_e6": 10_000_000_000,
    "move_limit_e6": 900_000,
    "basis_time_constant_ns": 1_000_000,
    "impact_notional_e6": 10_000_000,
    "band_e12": 990_000_000_000,
}
"""An oracle that is at the impact price of 10 USD after one update, in round numbers."""
CUSTODIAN: Final = b"\xcc" * 20
PAYOUTS: Final[dict[str, Callable[..., commands.AnyCommand]]] = {
    "release": commands.ReleaseWithdrawal,
    "approve": commands.ApproveWithdrawal,
    "refuse": commands.RefuseWithdrawal,
}
USER_COMMANDS: Final = get_args(commands.UserCommand)
SOURCES: Final = ("alpha", "beta", "gamma")
SECOND_OPERATOR: Final = b"\xdc" * 20
OPERATOR: Final = b"\xdd" * 20


class Stage:
    """One venue, its people by name, and the time since it was founded."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.engine = Engine()
        self.names: dict[str, bytes] = {}
        self.dexes: list[str] = [""]
        self.specs: list[InstrumentSpec] = []
        self.accounts: list[commands.GenesisAccount] = []
        self.time_ns = START_NS
        self.nonce = 0

    def act(self, line: str) -> list[str]:
        """Carries out one command line; what the engine had to say."""
        words = line.split()
        handler = {
            "dex": self._dex,
            "account": self._account,
            "market": self._market,
            "found": self._found,
            "custodian": self._custodian,
            "operator": self._operator,
            "disk": self._disk,
            "first": lambda words: self._propose(OPERATOR, words),
            "second": lambda words: self._propose(SECOND_OPERATOR, words),
            "wait": self._wait,
            "show": self._show,
        }.get(words[0])
        if handler is not None:
            return handler(words[1:])
        return self._user(words[0], words[1:])

    def _address(self, name: str) -> bytes:
        if name not in self.names:
            self.names[name] = name.encode().ljust(20, b"\0")[:20]
        return self.names[name]

    def _dex(self, words: list[str]) -> list[str]:
        self.dexes.append(words[0])
        return []

    def _account(self, words: list[str]) -> list[str]:
        balances = [("", usd_of(words[1]))]
        for word in words[2:]:
            dex, _, amount = word.partition("=")
            balances.append((dex, usd_of(amount)))
        self.accounts.append(
            commands.GenesisAccount(self._address(words[0]), "XX", "retail", tuple(balances))
        )
        return []

    def _market(self, words: list[str]) -> list[str]:
        fields: dict[str, Any] = {"launch_time": START_NS}
        dex, _, _ = words[0].rpartition(":")
        for word in words[2:]:
            name, _, text = word.partition("=")
            if word == "swift":
                fields["oracle"] = dict(SWIFT)
            elif name == "ref":
                fields["reference"] = text
            elif name == "mode":
                fields["margin_mode"] = MODES[text]
            elif name == "stp":
                fields["self_trade_prevention"] = SELF_TRADES[text]
            elif name == "tiers":
                rows = [tier.split(":") for tier in text.split(",")]
                fields["tiers"] = tuple(MarginTier(usd_of(low), int(most)) for low, most in rows)
                fields["max_leverage"] = fields["tiers"][0].max_leverage
            elif name == "launch":
                fields["launch_time"] = START_NS + seconds_of(text)
            elif "." in name:
                group, _, field = name.partition(".")
                fields.setdefault(group, {})[field] = ast.literal_eval(text)
            else:
                fields[name] = ast.literal_eval(text)
        decimals = fields.get("size_decimals", 3)
        fields["reference_atoms"] = parse_decimal(fields.pop("reference"), 6 - decimals)
        self.specs.append(specify(words[1], words[0], dex, **fields))
        return []

    def _found(self, words: list[str]) -> list[str]:
        """Founds the venue; what was found before is gone."""
        genesis = commands.Genesis(
            tuple(self.dexes),
            tuple(self.specs),
            (
                (CUSTODIAN, codes.CUSTODIAN),
                (OPERATOR, codes.EVERY_OPERATOR_ROLE),
                (SECOND_OPERATOR, codes.EVERY_OPERATOR_ROLE),
            ),
            tuple(self.accounts),
            False,
            True,
            tuple((name, OPERATOR) for name in SOURCES),
            withdrawals=USUAL_TERMS,
        )
        names = self.names
        self._begin()
        self.names = names
        return self._apply(genesis)

    def _apply(self, command: commands.AnyCommand) -> list[str]:
        events = self.engine.apply(command, self.time_ns)
        self.engine.audit()
        wording = Wording(self.engine.venue, {value: name for name, value in self.names.items()})
        wording.start_ns = START_NS
        for dex in self.engine.venue.dexes:
            assert questions.solvency(dex).difference == 0, "nothing is missing"
        return [text for event in events if (text := wording.say(event))]

    def _wait(self, words: list[str]) -> list[str]:
        self.time_ns += seconds_of(words[0])
        return self._apply(commands.AdvanceTime())

    def _custodian(self, words: list[str]) -> list[str]:
        self.nonce += 1
        if words[0] in PAYOUTS:
            return self._apply(PAYOUTS[words[0]](CUSTODIAN, self.nonce, int(words[1]), *words[2:]))
        kind = commands.Credit if words[0] == "credit" else commands.Debit
        dex = words[4] if len(words) > 4 else ""
        who, amount = self._address(words[1]), usd_of(words[2])
        return self._apply(kind(CUSTODIAN, self.nonce, who, dex, amount, words[3]))

    def _operator(self, words: list[str]) -> list[str]:
        self.nonce += 1
        status = codes.STATUS_NAMES.index(words[0])
        asset = self._market_named(words[1]).asset
        grounds = "as the table says"
        return self._apply(commands.SetTradingStatus(OPERATOR, self.nonce, asset, status, grounds))

    def _disk(self, words: list[str]) -> list[str]:
        status, cause = DISK[words[0]]
        return self._apply(commands.SetVenueStatus(status, cause, f"the disk is {words[0]}"))

    def _propose(self, key: bytes, words: list[str]) -> list[str]:
        """An act of one of two operators as it stands on the wire; an `effectiveTime` counts the
        seconds since the founding, and an observation is of now."""
        act = json.loads(" ".join(words))
        if "effectiveTime" in act:
            act["effectiveTime"] = (START_NS + act["effectiveTime"] * 10**9) // 10**6
        if "observation" in act:
            act["observation"]["observedAt"] = self.time_ns // 10**6
        self.nonce += 1
        try:
            command = ACTS[act["kind"]](act, key, self.nonce, self.engine.venue)
        except (Refused, WrongShape) as fault:
            return [f"refused: {fault.text}"]
        return self._apply(command)

    def _market_named(self, name: str) -> Market:
        markets = self.engine.venue.market_by_name
        return markets[name] if name else next(iter(markets.values()))

    def _user(self, name: str, words: list[str]) -> list[str]:
        options = dict(word.split("=", 1) for word in words if "=" in word)
        words = [word for word in words if "=" not in word or word.split("=")[0] not in HEADS]
        self.nonce += 1
        expires = options.get("expires")
        expires_ms = (START_NS + seconds_of(expires)) // 10**6 if expires else 0
        head = (
            self._address(name),
            self._address(options["for"]) if "for" in options else b"",
            int(options.get("nonce", self.nonce)),
            expires_ms,
        )
        if words[0] == "together":
            return self._together(head, words[1:], options)
        return self._apply(self._command(head, words, options))

    def _together(
        self, head: tuple[bytes, bytes, int, int], words: list[str], options: dict[str, str]
    ) -> list[str]:
        """`fund together alice,bob transfer 5 to carol`: alice sends what both have signed."""
        names = tuple(self._address(name) for name in words[0].split(","))
        account, _, nonce, expires = head
        inner = self._command((account, b"", nonce, expires), words[1:], options)
        assert isinstance(inner, USER_COMMANDS), "operators act alone"
        return self._apply(commands.ActTogether(names[0], account, nonce, expires, names, inner))

    def _command(
        self, head: tuple[bytes, bytes, int, int], words: list[str], options: dict[str, str]
    ) -> commands.AnyCommand:
        verb, rest = words[0], words[1:]
        asset = self._market_named(options.get("in", "")).asset
        if verb in ("buy", "sell"):
            grouping = codes.POSITION_TPSL if "tied" in words else codes.UNGROUPED
            return commands.PlaceOrders(*head, (self._order(words),), grouping)
        if verb == "group":
            orders = " ".join(rest).split(" ; ")
            found = tuple(self._order(order.split()) for order in orders)
            return commands.PlaceOrders(*head, found, codes.NORMAL_TPSL)
        if verb == "cancel":
            if rest[0].startswith("#"):
                ids = tuple((asset, int(word[1:])) for word in rest if word[0] == "#")
                return commands.CancelOrders(*head, ids)
            names = tuple((asset, client_id(word)) for word in rest if "=" not in word)
            return commands.CancelByClientId(*head, names)
        if verb == "modify":
            old, order = rest[0], self._order(rest[1:])
            number = int(old[1:]) if old[0] == "#" else 0
            name = b"" if old[0] == "#" else client_id(old)
            request = commands.ModifyRequest(number, name, order)
            return commands.ModifyOrders(*head, (request,), "keep-id" not in rest)
        if verb == "leverage":
            return commands.UpdateLeverage(*head, asset, rest[1] == "cross", int(rest[0]))
        if verb == "margin":
            return commands.UpdateIsolatedMargin(*head, asset, usd_of(rest[0]))
        return self._rare(head, verb, rest, options)

    def _rare(
        self,
        head: tuple[bytes, bytes, int, int],
        verb: str,
        rest: list[str],
        options: dict[str, str],
    ) -> commands.AnyCommand:
        if verb == "transfer":
            source, target = options.get("from", ""), options.get("into", "")
            amount, receiver = usd_of(rest[0]), self._address(rest[2])
            return commands.TransferBetweenDexes(*head, receiver, source, target, amount)
        if verb == "withdraw":
            receiver = self._address(options["to"]) if "to" in options else head[0]
            source, amount = options.get("from", ""), usd_of(rest[0])
            return commands.RequestWithdrawal(*head, receiver, source, amount)
        if verb == "signers":
            keys = tuple(self._address(name) for name in rest[1:])
            return commands.ConvertToMultiSig(*head, keys, int(rest[0]))
        if verb == "schedule":
            time_ns = 0 if rest[0] == "off" else START_NS + seconds_of(rest[0])
            return commands.ScheduleCancel(*head, time_ns // 10**6)
        if verb == "twap":
            return self._twap(head, rest, options)
        if verb == "agent":
            until = options.get("until")
            until_ms = (START_NS + seconds_of(until)) // 10**6 if until else 0
            return commands.ApproveAgent(*head, self._address(rest[0]), rest[0], until_ms)
        assert verb == "noop", f"{verb} is no command of a table"
        return commands.Noop(*head)

    def _twap(
        self, head: tuple[bytes, bytes, int, int], words: list[str], options: dict[str, str]
    ) -> commands.AnyCommand:
        """`twap buy 100 5 reduce random above=101 stop=105` takes 5 minutes; `twap cancel 1` ends
        it."""
        market = self._market_named(options.get("in", ""))
        if words[0] == "cancel":
            return commands.CancelTwap(*head, market.asset, int(words[1]))
        lots, minutes = units_of(words[1], market.size_decimals), int(words[2])
        is_buy, reduce, random = words[0] == "buy", "reduce" in words, "random" in words
        decimals = 6 - market.size_decimals
        trigger = options.get("above") or options.get("below") or "0"
        return commands.PlaceTwap(
            *head,
            market.asset,
            is_buy,
            lots,
            reduce,
            minutes,
            random,
            units_of(trigger, decimals),
            "above" in options,
            units_of(options.get("stop", "0"), decimals),
        )

    def _order(self, words: list[str]) -> commands.OrderRequest:
        """`buy 1.5 @ 100 ioc reduce id=a in=CBRS stop-market=95`; `stop-market=trail` has its
        distance in `trail=5` (USD) or `trail=5%`.
        """
        options = dict(word.split("=", 1) for word in words[4:] if "=" in word)
        market = self._market_named(options.get("in", ""))
        decimals = market.size_decimals
        trigger = next((name for name in options if name in TRIGGER_KINDS), "")
        kind = next((KINDS[word] for word in words[4:] if word in KINDS), codes.GTC)
        trail = options.get("trail", "0")
        share = units_of(trail[:-1], 4) if trail.endswith("%") else 0
        at = options.get(trigger, "0")
        return commands.OrderRequest(
            market.asset,
            words[0] == "buy",
            units_of(words[3], 6 - decimals),
            units_of(words[1], decimals),
            kind,
            "reduce" in words[4:],
            client_id(options["id"]) if "id" in options else b"",
            TRIGGER_KINDS.get(trigger, codes.NO_TRIGGER),
            units_of(at, 6 - decimals) if at != "trail" else 0,
            0 if share else units_of(trail, 6 - decimals),
            share,
            codes.WATCHED_NAMES.index(options.get("by", "mark")),
        )

    def _show(self, words: list[str]) -> list[str]:
        wording = Wording(self.engine.venue, {value: name for name, value in self.names.items()})
        market = self._market_named(words[1] if len(words) > 1 else "")
        if words[0] == "book":
            return show_book(wording, market)
        if words[0] == "market":
            return show_market(wording, market)
        if words[0] == "solvency":
            books = questions.solvency(market.dex)
            names = ["deposits", "withdrawals", "accounts", "fees_paid", "insurance_fund"]
            names += ["pending"] if books.pending else []
            parts = [f"{name} {usd(getattr(books, name))}" for name in (*names, "rounding")]
            return [", ".join(parts) + f", difference {usd(books.difference)}"]
        return self._show_user(wording, words[0])

    def _show_user(self, wording: Wording, name: str) -> list[str]:
        user = self.engine.venue.users[self._address(name)]
        lines: list[str] = []
        for account in user.accounts.values():
            where = f"{name} in {account.dex.name or 'main'}:"
            equity = questions.account_equity(account)
            free = usd(questions.free_collateral(account))
            out = usd(questions.withdrawable(account))
            cash = usd(account.cash.balance)
            lines.append(f"{where} cash {cash}, equity {usd(equity)}, free {free}, out {out}")
            for holding in account.held:
                if holding.lots == 0:
                    continue
                asset = holding.market.asset
                mode = "cross" if holding.is_cross else f"margin {usd(holding.margin.balance)}"
                lines.append(
                    f"  {holding.market.name} {wording.size(asset, holding.lots)} for"
                    f" {usd(holding.cost)}, {mode}, leverage {holding.leverage},"
                    f" unrealised {usd(holding.unrealized())},"
                    f" funding {usd(holding.unsettled_funding())}"
                )
        return lines


HEADS: Final = ("nonce", "expires", "for", "from", "into", "until")


def show_book(wording: Wording, market: Market) -> list[str]:
    """Both sides, best first, with every order in its queue."""
    lines = []
    for is_buy, side in ((False, "ask"), (True, "bid")):
        for order in market.book.orders(is_buy):
            address = wording.venue.users
            owner = next(
                wording.who(key)
                for key, user in address.items()
                if any(order.order_id in account.orders for account in user.accounts.values())
            )
            price = wording.price(market.asset, order.price)
            size = wording.size(market.asset, order.lots)
            lines.append(f"{side} {price}: {owner} #{order.order_id} {size}")
    return lines


def show_market(wording: Wording, market: Market) -> list[str]:
    """Prices, band and open interest."""
    asset = market.asset
    oracle, mark = market.oracle_price, market.mark_price
    reference = wording.fine(asset, market.reference_fine)
    low, high = market.band_low_fine, market.band_high_fine
    return [
        f"{market.name} oracle {wording.price(asset, oracle)} mark {wording.price(asset, mark)}"
        f" reference {reference} in {wording.fine(asset, low)} to {wording.fine(asset, high)},"
        f" re-anchored {market.up_count} up {market.down_count} down,"
        f" open interest {wording.size(asset, market.open_interest_lots)}"
    ]


def units_of(text: str, decimals: int) -> int:
    """A price or size; UNREPRESENTABLE where it has more digits than the unit holds."""
    try:
        return parse_decimal(text, decimals)
    except DecimalError:
        return codes.UNREPRESENTABLE


def usd_of(text: str) -> int:
    """Micro-USD of a decimal text."""
    sign = -1 if text.startswith("-") else 1
    return sign * parse_decimal(text.lstrip("-"), 6)


def seconds_of(text: str) -> int:
    """Nanoseconds of decimal seconds."""
    return parse_decimal(text, 9)


def client_id(name: str) -> bytes:
    """The client order id that a name stands for."""
    return name.encode().ljust(16, b"\0")[:16]

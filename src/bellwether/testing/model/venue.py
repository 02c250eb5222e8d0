"""The naive venue: a command in, the events that the rules ask for out.

What time brings is followed rather than foretold: published prices, funding rates and who is
liquidated against whom are taken from the engine's events, while everything that the rules derive
from them is checked here: which triggers a price fires and what they trade, funding amounts from
the cumulative index, who must be liquidated, equity and maintenance of the decision, priority and
money of every forced fill.
"""

from __future__ import annotations

from collections.abc import Sequence

from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    ActTogether,
    AdvanceTime,
    AnyCommand,
    CancelByClientId,
    CancelOrders,
    Credit,
    Debit,
    Genesis,
    ModifyOrders,
    ModifyRequest,
    Noop,
    OperatorCommand,
    OrderRequest,
    PlaceOrders,
    ResumeVenue,
    ScheduleCancel,
    SetTradingStatus,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.schema.events import (
    Acknowledged,
    CancelScheduled,
    CommandRefused,
    Credited,
    Debited,
    Event,
    IsolatedMarginUpdated,
    LeverageUpdated,
    OrderAmended,
    OrderRefused,
    Transferred,
)
from bellwether.testing.model.following import HOUR_NS, Following
from bellwether.testing.model.things import NaiveMarket, NaiveOrder, NaivePosition, NaiveUser

REMEMBERED_NONCES = 100
DAY_MS = 86_400_000
SCHEDULED_CANCELS_A_DAY = 10


class NaiveVenue(Following):
    """Starts from a genesis with launched markets; nonces are not compared with the clock."""

    def __init__(self, genesis: Genesis) -> None:
        super().__init__()
        self.time_ns = 0
        self.references: set[str] = set()
        self.operators = dict(genesis.operators)
        self.operator_nonces: dict[bytes, list[int]] = {key: [] for key in self.operators}
        for number, name in enumerate(genesis.dexes):
            self.fees[name] = 0
            listed = [spec for spec in genesis.markets if spec.dex == name]
            for place, spec in enumerate(listed):
                asset = place
                if number:
                    asset += codes.FIRST_NAMED_DEX_ASSET + number * codes.ASSETS_PER_DEX
                mark = spec.reference_atoms
                self.markets[asset] = NaiveMarket(asset, name, spec, mark, mark)
        for account in genesis.accounts:
            self.users[account.user] = NaiveUser(account.user, dict(account.balances))

    def apply(self, command: AnyCommand, time_ns: int) -> list[Event]:
        """The events of a command at a time up to which all timers have been followed."""
        self.time_ns = time_ns
        self.events = []
        if isinstance(command, AdvanceTime):
            return []
        if isinstance(command, Credit | Debit | SetTradingStatus):
            self.operate(command)
        else:
            self.serve(command)
        self.settle_ends()
        return self.events

    def command_refused(self, reason: int, detail: int = 0) -> None:
        """The command as a whole is refused."""
        self.events.append(CommandRefused(reason, detail))

    def use_nonce(self, seen: list[int], nonce: int) -> bool:
        """Each nonce once; below the lowest of the hundred highest none is taken."""
        best = sorted(seen)[-REMEMBERED_NONCES:]
        floor = best[0] if len(best) == REMEMBERED_NONCES else 0
        if nonce < floor:
            self.command_refused(rejects.NONCE_TOO_LOW, floor)
            return False
        if nonce in seen:
            self.command_refused(rejects.NONCE_DUPLICATE, floor)
            return False
        seen.append(nonce)
        return True

    def operate(self, command: Credit | Debit | SetTradingStatus) -> None:
        """Operators' acts (RULE-1, RULE-3)."""
        role = codes.RISK if isinstance(command, SetTradingStatus) else codes.CUSTODIAN
        if self.operators.get(command.signer, 0) & role == 0:
            self.command_refused(rejects.ROLE_MISSING)
        elif self.use_nonce(self.operator_nonces[command.signer], command.nonce):
            if isinstance(command, SetTradingStatus):
                self.set_status(command)
            else:
                self.book_money(command)

    def set_status(self, command: SetTradingStatus) -> None:
        """Halts and resumes by one operator (LIFE-11)."""
        market = self.markets.get(command.asset)
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
        elif reason := self.status_refusal(market, command.status):
            self.command_refused(reason, command.asset)
        elif command.status == codes.OPEN:
            self.resume(market, command.grounds, self.time_ns)
        else:
            if not market.halt_ends_ns:
                if self.time_ns >= market.halt_window_ns + 2 * HOUR_NS:
                    market.halt_window_ns = self.time_ns
                market.reopens_ns = 0
                market.halt_ends_ns = market.halt_window_ns + HOUR_NS
            self.put_status(market, command.status, command.grounds, self.time_ns)

    def status_refusal(self, market: NaiveMarket, status: int) -> int:
        """An hour for one operator, then an hour without; here there is no second one."""
        if status == codes.OPEN:
            is_open = market.status == codes.OPEN or market.reopens_ns
        else:
            is_open = market.halt_ends_ns and market.status == status
        if is_open:
            return rejects.ALREADY_SO
        in_between = HOUR_NS <= self.time_ns - market.halt_window_ns < 2 * HOUR_NS
        if status != codes.OPEN and not market.halt_ends_ns and in_between:
            return rejects.HALT_NEEDS_TWO
        return rejects.ACCEPTED

    def book_money(self, command: Credit | Debit) -> None:
        """Deposits and withdrawals with the custodian's reference, each used once."""
        amount, who, dex = command.amount_e6, command.user, command.dex
        if dex not in self.fees:
            self.command_refused(rejects.DEX_UNKNOWN)
        elif amount <= 0:
            self.command_refused(rejects.AMOUNT_INVALID)
        elif command.reference in self.references:
            self.command_refused(rejects.REFERENCE_USED)
        elif isinstance(command, Debit):
            if amount > self.withdrawable(who, dex):
                self.command_refused(rejects.BALANCE_TOO_SMALL)
                return
            self.references.add(command.reference)
            self.users[who].cash[dex] -= amount
            self.events.append(Debited(who, dex, amount, command.reference))
        else:
            self.references.add(command.reference)
            self.receive(who, dex, amount)
            self.events.append(Credited(who, dex, amount, command.reference))

    def receive(self, who: bytes, dex: str, amount: int) -> None:
        """Money arrives in an account, which is opened where there is none."""
        user = self.users.setdefault(who, NaiveUser(who))
        user.cash[dex] = user.cash.get(dex, 0) + amount

    def withdrawable(self, who: bytes, dex: str) -> int:
        """Leaves max(IM, 10 % of the cross notional), open orders and free cash (MARG-6)."""
        if who not in self.users or dex not in self.users[who].cash:
            return 0
        cross = [p for p in self.held_in(who, dex) if p.is_cross]
        tenth = -(-sum(self.notional(p) for p in cross) // 10)
        initial = sum(self.initial(p) for p in cross)
        equity = self.cross_equity(who, dex)
        free = equity - self.requirement(who, dex)
        return max(0, min(equity - max(initial, tenth), free, self.users[who].cash[dex]))

    def serve(self, command: AnyCommand) -> None:
        """Signed commands of users; there are no agents here."""
        others = Genesis | AdvanceTime | ResumeVenue | OperatorCommand | ActTogether
        assert not isinstance(command, others), "a user's command"
        who = command.signer
        if who not in self.users:
            self.command_refused(rejects.SIGNER_UNKNOWN)
            return
        if command.account_for not in (b"", who):
            self.command_refused(rejects.VAULT_UNKNOWN)
            return
        if not self.use_nonce(self.users[who].nonces, command.nonce):
            return
        if command.expires_after and self.time_ns > command.expires_after * 10**6:
            self.command_refused(rejects.EXPIRED, command.expires_after)
            return
        self.act(who, command)

    def act(self, who: bytes, command: object) -> None:
        """What an admitted command asks for."""
        if isinstance(command, PlaceOrders):
            self.place_all(who, command)
        elif isinstance(command, CancelOrders):
            for asset, order_id in command.cancels:
                self.cancel(who, asset, self.order_named(who, asset, order_id))
        elif isinstance(command, CancelByClientId):
            for asset, client_id in command.cancels:
                self.cancel(who, asset, self.order_called(who, asset, client_id))
        elif isinstance(command, ModifyOrders):
            for request in command.modifies:
                self.modify(who, request, command.renew_id)
        elif isinstance(command, ScheduleCancel):
            self.schedule(self.users[who], command.time_ms)
        elif isinstance(command, UpdateLeverage):
            self.set_leverage(who, command)
        elif isinstance(command, UpdateIsolatedMargin):
            self.add_margin(who, command.asset, command.amount_e6)
        elif isinstance(command, TransferBetweenDexes):
            self.transfer(who, command)
        else:
            assert isinstance(command, Noop), "the naive venue knows the command"
            self.events.append(Acknowledged())

    def place_all(self, who: bytes, command: PlaceOrders) -> None:
        """The orders of an action, one after the other, or a parent with its children."""
        requests = command.orders
        if not requests:
            self.command_refused(rejects.NO_ORDERS)
        elif command.grouping != codes.NORMAL_TPSL:
            for request in requests:
                self.place(who, request, command.grouping == codes.POSITION_TPSL)
        elif fits_together(requests):
            self.place(who, requests[0], False, requests[1:])
        else:
            self.command_refused(rejects.GROUPING_INVALID)

    def cancel(self, who: bytes, asset: int, order: NaiveOrder | None) -> None:
        """Each entry succeeds or is refused alone."""
        if order is None:
            self.events.append(OrderRefused(rejects.ORDER_NOT_OPEN, who, asset))
        else:
            self.end(order, codes.CANCELED)

    def modify(self, who: bytes, request: ModifyRequest, renew_id: bool) -> None:
        """Less at the same price keeps the place, anything else is a new order (ORD-1)."""
        wanted = request.order
        if request.client_order_id:
            old = self.order_called(who, wanted.asset, request.client_order_id)
        else:
            old = self.order_named(who, wanted.asset, request.order_id)
        if old is None or old.is_waiting:
            self.events.append(OrderRefused(rejects.MODIFY_NOT_OPEN, who, wanted.asset))
            return
        market = self.markets[wanted.asset]
        reason = self.form_refusal(market, wanted)
        if reason == rejects.ACCEPTED and keeps_its_place(old, wanted):
            self.shrink(old, wanted, renew_id)
            return
        if reason == rejects.ACCEPTED and market.status == codes.HALTED:
            reason = rejects.TRADING_HALTED
        if reason == rejects.ACCEPTED and market.status == codes.CANCEL_ONLY:
            reason = rejects.CANCEL_ONLY_NOW
        if reason != rejects.ACCEPTED:
            self.refuse(who, wanted, reason)
            return
        assert renew_id, "amendments that keep the id are drawn in place only"
        self.end(old, codes.REPLACED)
        self.place(who, wanted, old.is_position_tpsl)

    def shrink(self, order: NaiveOrder, wanted: OrderRequest, renew_id: bool) -> None:
        """The order stays where it is in the queue, under a new id if that is asked for."""
        order.original -= order.lots - wanted.lots
        order.lots = wanted.lots
        previous = order.order_id
        if renew_id:
            order.order_id = self.take_order_id()
            self.orders.remove(order)
            self.orders.append(order)
            for child in self.orders:
                if child.is_waiting and child.parent_id == previous:
                    child.parent_id = order.order_id
        self.events.append(
            OrderAmended(
                order.order_id, previous, order.user, order.asset, order.lots, order.client_id
            )
        )

    def schedule(self, user: NaiveUser, time_ms: int) -> None:
        """The dead man's switch, at least five seconds ahead, ten times a day (ORD-1)."""
        now_ms = self.time_ns // 10**6
        if time_ms and time_ms < now_ms + 5_000:
            self.command_refused(rejects.SCHEDULE_TOO_SOON, time_ms)
            return
        used = user.cancels_today if user.cancels_day == now_ms // DAY_MS else 0
        if time_ms and used >= SCHEDULED_CANCELS_A_DAY:
            self.command_refused(rejects.SCHEDULE_LIMIT, SCHEDULED_CANCELS_A_DAY)
            return
        user.cancel_at_ms = time_ms
        self.events.append(CancelScheduled(user.address, time_ms))

    def set_leverage(self, who: bytes, command: UpdateLeverage) -> None:
        """Leverage and margin mode of a market (MARG-2, MARG-10)."""
        market = self.markets.get(command.asset)
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
            return
        self.users[who].cash.setdefault(market.dex, 0)
        position = self.position(who, market.asset)
        reason = self.leverage_refusal(market, position, command)
        if reason != rejects.ACCEPTED:
            self.command_refused(reason, command.asset)
            return
        self.settle_funding(position)
        position.leverage, position.is_cross = command.leverage, command.is_cross
        missing = self.missing_margin(position)
        self.users[who].cash[market.dex] -= missing
        position.margin += missing
        self.events.append(LeverageUpdated(who, command.asset, command.is_cross, command.leverage))

    def leverage_refusal(
        self, market: NaiveMarket, position: NaivePosition, command: UpdateLeverage
    ) -> int:
        """What stands against a leverage, or ACCEPTED."""
        if not 1 <= command.leverage <= market.spec.max_leverage:
            return rejects.LEVERAGE_INVALID
        if command.is_cross and market.spec.margin_mode != codes.CROSS:
            return rejects.CROSS_NOT_ALLOWED
        who = position.user
        live = any(o.user == who and o.asset == market.asset for o in self.orders)
        if command.is_cross != position.is_cross and (position.lots or live):
            return rejects.MODE_HAS_POSITION
        notional = self.notional(position)
        tier = max(t.lower_bound_e6 for t in market.spec.tiers if notional >= t.lower_bound_e6)
        allowed = next(t.max_leverage for t in market.spec.tiers if t.lower_bound_e6 == tier)
        if position.lots and command.leverage > allowed:
            return rejects.LEVERAGE_INVALID
        before = position.leverage
        position.leverage = command.leverage
        needed = self.missing_margin(position) + self.requirement(who, market.dex)
        position.leverage = before
        if needed > self.cross_equity(who, market.dex):
            return rejects.INSUFFICIENT_MARGIN
        return rejects.ACCEPTED

    def missing_margin(self, position: NaivePosition) -> int:
        """What an isolated position lacks of its initial margin."""
        if position.is_cross or not position.lots:
            return 0
        return max(0, self.initial(position) - self.isolated_equity(position))

    def add_margin(self, who: bytes, asset: int, amount: int) -> None:
        """Margin into an isolated position; never out of a strict one (MARG-5)."""
        market = self.markets.get(asset)
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, asset)
            return
        held = [p for p in self.positions if p.user == who and p.asset == asset and p.lots]
        if not held or held[0].is_cross:
            self.command_refused(rejects.NO_POSITION, asset)
            return
        position, cash = held[0], self.users[who].cash
        free = self.cross_equity(who, market.dex) - self.requirement(who, market.dex)
        reason = rejects.ACCEPTED
        if amount == 0:
            reason = rejects.AMOUNT_INVALID
        elif amount > 0 and amount > max(0, free):
            reason = rejects.BALANCE_TOO_SMALL
        elif amount < 0 and market.spec.margin_mode == codes.STRICT_ISOLATED:
            reason = rejects.MARGIN_REMOVAL_REFUSED
        elif amount < 0 and (
            position.margin + amount < 0
            or self.isolated_equity(position) + amount < self.initial(position)
        ):
            reason = rejects.MARGIN_TOO_SMALL
        if reason != rejects.ACCEPTED:
            self.command_refused(reason, asset)
            return
        cash[market.dex] -= amount
        position.margin += amount
        self.events.append(IsolatedMarginUpdated(who, asset, amount))

    def transfer(self, who: bytes, command: TransferBetweenDexes) -> None:
        """Collateral from dex to dex or to another account (MARG-6)."""
        source, target, amount = command.source_dex, command.destination_dex, command.amount_e6
        if source not in self.fees or target not in self.fees:
            self.command_refused(rejects.DEX_UNKNOWN)
        elif amount <= 0:
            self.command_refused(rejects.AMOUNT_INVALID)
        elif amount > self.withdrawable(who, source):
            self.command_refused(rejects.BALANCE_TOO_SMALL)
        else:
            self.users[who].cash[source] -= amount
            self.receive(command.destination, target, amount)
            self.events.append(
                Transferred(who, command.destination, source, target, amount, command.nonce)
            )


def fits_together(requests: Sequence[OrderRequest]) -> bool:
    """A plain parent and reduce-only triggers of the other side (`normalTpsl`)."""
    parent, children = requests[0], requests[1:]
    return not parent.trigger and all(
        child.trigger
        and child.reduce_only
        and child.is_buy != parent.is_buy
        and child.asset == parent.asset
        for child in children
    )


def keeps_its_place(old: NaiveOrder, wanted: OrderRequest) -> bool:
    """An amendment that takes size away, or nothing, and changes nothing else (ORD-1)."""
    same = (
        wanted.is_buy == old.is_buy
        and wanted.price == old.price
        and wanted.reduce_only == old.reduce_only
        and wanted.time_in_force == old.time_in_force
        and wanted.client_order_id in (b"", old.client_id)
    )
    return bool(old.arrival) and not wanted.trigger and same and 0 < wanted.lots <= old.lots

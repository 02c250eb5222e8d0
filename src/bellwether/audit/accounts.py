"""Who may act, and what accounts are told to do: money, leverage, agents, attributes.

Keys, nonces and expiry (RULE-1, §3.5 of the dialect), MARG-2, MARG-5, MARG-6, MARG-10, RULE-3,
RULE-5, RULE-6.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256

from bellwether.audit.arithmetic import DAY_NS, MS_NS, up
from bellwether.audit.orders import admits
from bellwether.audit.things import Market, Nonces, Position, Signer, User
from bellwether.audit.timed import Timed
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AcceptDisclosure,
    ApproveAgent,
    CreateSubAccount,
    Credit,
    NameAccount,
    SetAccount,
    TopUpIsolatedMargin,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.schema.events import (
    AccountNamed,
    AccountSet,
    Acknowledged,
    AgentApproved,
    Credited,
    DisclosureAccepted,
    IsolatedMarginUpdated,
    LeverageUpdated,
    SubAccountCreated,
    SubAccountTransferred,
    Transferred,
)

REMEMBERED_NONCES = 100
MOST_HELD = 1 << 62
NAMED_AGENTS, MORE_FOR_A_SUB, LONGEST_NAME = 3, 2, 16
SUB_ACCOUNTS, LONGEST_DISPLAYED = 10, 20
CONTROL = {*map(chr, range(32)), chr(127)}


class Accounts(Timed):
    """Signed commands of users, and of the custodian and the compliance key."""

    def __init__(self) -> None:
        super().__init__()
        self.check_nonce_window = True
        self.references: set[str] = set()
        self.acts_together = False

    # Who may act.

    def use_nonce(self, nonces: Nonces, nonce: int) -> bool:
        """Each nonce once, near the time, and none below the lowest of the hundred highest."""
        if self.check_nonce_window:
            now_ms = self.now // MS_NS
            latest, earliest = now_ms + DAY_NS // MS_NS, now_ms - 2 * DAY_NS // MS_NS
            if nonce > latest:
                self.command_refused(rejects.NONCE_TOO_HIGH, latest)
                return False
            if nonce < earliest:
                self.command_refused(rejects.NONCE_TOO_OLD, earliest)
                return False
        floor = nonces.seen[0] if len(nonces.seen) == REMEMBERED_NONCES else 0
        if nonce < floor:
            self.command_refused(rejects.NONCE_TOO_LOW, floor)
            return False
        if nonce in nonces.seen:
            self.command_refused(rejects.NONCE_DUPLICATE, floor)
            return False
        nonces.seen = sorted([*nonces.seen, nonce])[-REMEMBERED_NONCES:]
        return True

    def admit(
        self, head: tuple[bytes, bytes, int, int], by_master: bool = False, itself: bool = False
    ) -> User | None:
        """The user that a signed command acts for; None, and a refusal, where there is none."""
        key, account_for, nonce, expires_after = head
        signer = self.signers.get(key)
        reason = self.signer_refusal(signer, account_for, by_master, itself)
        if signer is None or reason:
            self.command_refused(reason)
            return None
        if not self.acts_together and not self.use_nonce(signer.nonces, nonce):
            return None
        if expires_after and self.now > expires_after * MS_NS:
            self.command_refused(rejects.EXPIRED, expires_after)
            return None
        return signer.user.subs.get(account_for, signer.user)

    def signer_refusal(
        self, signer: Signer | None, account_for: bytes, by_master: bool, itself: bool
    ) -> int:
        """Why a key may not act so; the nonce is not used then."""
        if signer is None or signer.revoked:
            return rejects.SIGNER_UNKNOWN
        if signer.is_agent and by_master:
            return rejects.MASTER_ONLY
        if self.has_expired(signer):
            return rejects.AGENT_EXPIRED
        if signer.user.threshold and not signer.is_agent and not self.acts_together:
            return rejects.MULTI_SIG_REQUIRED
        if account_for in signer.user.subs:
            return rejects.SUB_ACCOUNT_MAY_NOT if itself else rejects.ACCEPTED
        if account_for not in (b"", signer.user.address):
            return rejects.VAULT_UNKNOWN
        return rejects.ACCEPTED

    def has_expired(self, signer: Signer) -> bool:
        """An agent whose time is over."""
        return 0 < signer.valid_until_ms * MS_NS < self.now

    def admit_operator(self, key: bytes, nonce: int, roles: int, or_else: bool = False) -> bool:
        """Does an operator's key hold one of these roles, or another right (RULE-1)?"""
        operator = self.operators.get(key)
        if operator is None or not (operator.roles & roles or or_else):
            self.command_refused(rejects.ROLE_MISSING)
            return False
        return self.use_nonce(operator.nonces, nonce)

    def deploys(self, key: bytes, market: Market | None, variant: str) -> bool:
        """May a dex's deployer, or a key that it has named, act so in a market?"""
        if market is None:
            return False
        return self.deploys_in(key, market.dex, variant)

    def deploys_in(self, key: bytes, name: str, variant: str) -> bool:
        """The same of a dex."""
        dex = self.dexes.get(name)
        if dex is None or not variant or not key:
            return False
        return key == dex.deployer or (variant, key) in dex.deployers

    # Money.

    def withdrawable(self, user: User, dex: str) -> int:
        """Leaves max(IM, 10 % of the cross notional), open orders and free cash (MARG-6)."""
        if dex not in user.cash:
            return 0
        cross = self.cross_in(user, dex)
        tenth = up(Fraction(sum(self.notional(p) for p in cross), 10))
        kept = max(sum(self.initial(p) for p in cross), tenth)
        equity = self.cross_equity(user, dex)
        return max(0, min(equity - kept, self.free(user, dex), user.cash[dex]))

    def is_acting_agent(self, key: bytes) -> bool:
        """Has this key signed for the account of another?"""
        signer = self.signers.get(key)
        return signer is not None and signer.is_agent and bool(signer.nonces.seen)

    def credit(self, command: Credit) -> None:
        """A deposit with the custodian's reference, each used once (RULE-3)."""
        if not self.admit_operator(command.signer, command.nonce, codes.CUSTODIAN):
            return
        who, name, amount = command.user, command.dex, command.amount_e6
        dex = self.dexes.get(name)
        if dex is None:
            self.command_refused(rejects.DEX_UNKNOWN)
        elif not 0 < amount <= MOST_HELD - dex.custody:
            self.command_refused(rejects.AMOUNT_INVALID)
        elif command.reference in self.references:
            self.command_refused(rejects.REFERENCE_USED)
        elif self.is_acting_agent(who):
            self.command_refused(rejects.ADDRESS_IS_AGENT)
        else:
            self.references.add(command.reference)
            self.receive(who, name, amount)
            self.script.say(Credited(who, name, amount, command.reference))

    def receive(self, who: bytes, name: str, amount: int) -> None:
        """Money arrives from outside the dex in an account, which is opened where there is none."""
        user = self.user(who)
        self.account(user, name)
        user.cash[name] += amount
        self.dexes[name].custody += amount

    def transfer(self, user: User, command: TransferBetweenDexes) -> None:
        """Collateral from dex to dex or to another account (MARG-6)."""
        source, target, amount = command.source_dex, command.destination_dex, command.amount_e6
        receiver = self.signers.get(command.destination)
        if source not in self.dexes or target not in self.dexes:
            self.command_refused(rejects.DEX_UNKNOWN)
        elif amount <= 0:
            self.command_refused(rejects.AMOUNT_INVALID)
        elif source == target and command.destination == user.address:
            self.command_refused(rejects.SEND_TO_ITSELF)
        elif amount > self.withdrawable(user, source):
            self.command_refused(rejects.BALANCE_TOO_SMALL)
        elif receiver is not None and receiver.is_agent:
            self.command_refused(rejects.ADDRESS_IS_AGENT)
        else:
            user.cash[source] -= amount
            self.dexes[source].custody -= amount
            self.receive(command.destination, target, amount)
            there = self.users[command.destination]
            here, nonce = user.address, command.nonce
            if user.family == there.family and source == target == "":
                self.script.say(SubAccountTransferred(here, there.address, amount, nonce))
            else:
                self.script.say(Transferred(here, there.address, source, target, amount, nonce))

    # Settings.

    def set_leverage(self, user: User, command: UpdateLeverage) -> None:
        """Leverage and margin mode of a market (MARG-2, MARG-10)."""
        market = self.markets.get(command.asset)
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
            return
        reason = self.leverage_refusal(user, market, command)
        if reason:
            self.command_refused(reason, command.asset)
            return
        self.account(user, market.dex)
        position = self.open(user, market)
        self.settle_funding(position)
        position.leverage, position.is_cross = command.leverage, command.is_cross
        missing = self.missing_margin(position)
        user.cash[market.dex] -= missing
        position.margin += missing
        self.script.say(
            LeverageUpdated(user.address, command.asset, command.is_cross, command.leverage)
        )

    def leverage_refusal(self, user: User, market: Market, command: UpdateLeverage) -> int:
        """What stands against a leverage."""
        if not 1 <= command.leverage <= market.rules.max_leverage:
            return rejects.LEVERAGE_INVALID
        if command.is_cross and market.spec.margin_mode != codes.CROSS:
            return rejects.CROSS_NOT_ALLOWED
        position = user.positions.get(market.asset)
        if position is None:
            return rejects.ACCEPTED
        live = self.live(user, market.asset)
        if command.is_cross != position.is_cross and (position.lots or live):
            return rejects.MODE_HAS_POSITION
        allowed = self.most_leverage(market, self.notional(position))
        if position.lots and command.leverage > allowed:
            return rejects.LEVERAGE_INVALID
        before = position.leverage
        position.leverage = command.leverage
        needed = self.missing_margin(position) + self.requirement(user, market.dex)
        position.leverage = before
        if needed > self.cross_equity(user, market.dex):
            return rejects.INSUFFICIENT_MARGIN
        return rejects.ACCEPTED

    def missing_margin(self, position: Position) -> int:
        """What an isolated position lacks of its initial margin."""
        if position.is_cross or not position.lots:
            return 0
        return max(0, self.initial(position) - self.behind(position))

    def add_margin(self, user: User, command: UpdateIsolatedMargin) -> None:
        """Margin into an isolated position; never out of a strict one (MARG-5)."""
        market = self.markets.get(command.asset)
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
            return
        amount = command.amount_e6
        position = user.positions.get(command.asset)
        if position is None or not position.lots or position.is_cross:
            self.command_refused(rejects.NO_POSITION, command.asset)
            return
        left = position.margin + amount
        reason = rejects.ACCEPTED
        if amount == 0:
            reason = rejects.AMOUNT_INVALID
        elif amount > 0:
            if amount > self.free(user, market.dex):
                reason = rejects.BALANCE_TOO_SMALL
        elif market.spec.margin_mode == codes.STRICT_ISOLATED:
            reason = rejects.MARGIN_REMOVAL_REFUSED
        elif left < 0 or left + self.worth(position) < self.initial(position):
            reason = rejects.MARGIN_TOO_SMALL
        if reason:
            self.command_refused(reason, command.asset)
            return
        user.cash[market.dex] -= amount
        position.margin = left
        self.script.say(IsolatedMarginUpdated(user.address, command.asset, amount))

    def top_up(self, user: User, command: TopUpIsolatedMargin) -> None:
        """Margin into an isolated position, up to a leverage (MARG-5)."""
        market, position = self.markets.get(command.asset), user.positions.get(command.asset)
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
            return
        if position is None or not position.lots or position.is_cross:
            self.command_refused(rejects.NO_POSITION, command.asset)
            return
        if command.leverage_e6 <= 0:
            self.command_refused(rejects.LEVERAGE_INVALID, command.asset)
            return
        wanted = up(Fraction(self.notional(position) * 10**6, command.leverage_e6))
        amount = wanted - position.margin - self.worth(position)
        if amount <= 0:
            self.command_refused(rejects.LEVERAGE_REACHED, command.asset)
        elif amount > self.free(user, market.dex):
            self.command_refused(rejects.BALANCE_TOO_SMALL, command.asset)
        else:
            user.cash[market.dex] -= amount
            position.margin += amount
            self.script.say(IsolatedMarginUpdated(user.address, command.asset, amount))

    def create_sub(self, user: User, command: CreateSubAccount) -> None:
        """A further account of one owner, that only the master and its agents sign for (RULE-5)."""
        if not is_name(command.name, LONGEST_NAME):
            self.command_refused(rejects.ACCOUNT_NAME_INVALID)
            return
        if len(user.subs) >= SUB_ACCOUNTS:
            self.command_refused(rejects.TOO_MANY_SUB_ACCOUNTS)
            return
        hashed = b"bellwether sub-account" + user.address + len(user.subs).to_bytes(4, "big")
        sub = self.user(sha256(hashed).digest()[:20])
        self.signers[sub.address].revoked = True
        sub.name, sub.family = command.name, user.address
        sub.jurisdiction, sub.client_class = user.jurisdiction, user.client_class
        sub.owner, sub.is_pre_accepted = user.owner, user.is_pre_accepted
        sub.days, sub.accepted, sub.builders = user.days, user.accepted, user.builders
        user.subs[sub.address] = sub
        self.script.say(SubAccountCreated(user.address, sub.address, sub.name))

    def name_account(self, user: User, command: NameAccount) -> None:
        """The account's own name, which may go again, or a sub-account's."""
        is_own = command.account == user.address
        named = user if is_own else user.subs.get(command.account)
        if named is None:
            self.command_refused(rejects.SUB_ACCOUNT_UNKNOWN)
        elif not (is_own and not command.name) and not is_name(
            command.name, LONGEST_DISPLAYED if is_own else LONGEST_NAME
        ):
            self.command_refused(rejects.ACCOUNT_NAME_INVALID)
        else:
            named.name = command.name
            self.script.say(AccountNamed(named.address, named.name))

    def approve_agent(self, user: User, command: ApproveAgent) -> None:
        """Lets another key sign for the account; the same name replaces the agent before it."""
        living = [one for one in user.agents.values() if not self.has_expired(one)]
        others = [one.name for one in living if one.name not in ("", command.name)]
        most = NAMED_AGENTS + MORE_FOR_A_SUB * len(user.subs)
        if len(command.name) > LONGEST_NAME:
            self.command_refused(rejects.AGENT_NAME_INVALID)
        elif command.agent in self.signers or command.agent in self.operators:
            self.command_refused(rejects.AGENT_ADDRESS_TAKEN)
        elif command.name and len(others) >= most:
            self.command_refused(rejects.TOO_MANY_AGENTS)
        else:
            for before in list(user.agents.values()):
                if before.name == command.name or before not in living:
                    before.revoked = True
                    del user.agents[before.name]
            agent = Signer(user, True, command.name, command.valid_until_ms)
            user.agents[command.name] = self.signers[command.agent] = agent
            self.script.say(
                AgentApproved(user.address, command.agent, command.name, command.valid_until_ms)
            )

    def accept_disclosure(self, user: User, command: AcceptDisclosure) -> None:
        """The account's own key accepts the text in force (RULE-6)."""
        market = self.markets.get(command.asset)
        text = None if market is None else market.spec.disclosure
        if market is None:
            self.command_refused(rejects.MARKET_UNKNOWN, command.asset)
        elif text is None:
            self.command_refused(rejects.NO_DISCLOSURE, command.asset)
        elif command.text_hash != bytes.fromhex(text.hash[2:]):
            self.command_refused(rejects.DISCLOSURE_HASH_WRONG, command.asset)
        elif command.text_hash in user.accepted:
            self.script.say(Acknowledged())
        else:
            user.accepted.add(command.text_hash)
            self.script.say(
                DisclosureAccepted(user.address, command.asset, text.version, command.text_hash)
            )

    def set_account(self, command: SetAccount) -> None:
        """Attributes; who may take no more risk loses the orders that could add some (RULE-5)."""
        if not self.admit_operator(command.signer, command.nonce, codes.COMPLIANCE):
            return
        if self.is_acting_agent(command.user):
            self.command_refused(rejects.ADDRESS_IS_AGENT)
            return
        user = self.user(command.user)
        if user.family != user.address:
            self.command_refused(rejects.ATTRIBUTES_INHERITED)
            return
        for member in (user, *user.subs.values()):
            member.owner = command.owner
        for member in (user, *user.subs.values()):
            self.set_attributes(member, command)

    def set_attributes(self, user: User, command: SetAccount) -> None:
        """Attributes of one account, and the orders that it loses."""
        user.jurisdiction, user.client_class = command.jurisdiction, command.client_class
        self.script.say(AccountSet(user.address, user.jurisdiction, user.client_class, user.owner))
        for dex in list(user.cash):
            for order in list(user.orders[dex].values()):
                is_lost = not order.reduce_only and not admits(self.markets[order.asset], user)
                if is_lost and self.is_live(order):
                    self.end(order, codes.NOT_ELIGIBLE_CANCELED)
            for twap in self.twaps_of(user, dex):
                if not twap.reduce_only and not admits(self.markets[twap.asset], user):
                    self.end_twap(twap, codes.NOT_ELIGIBLE_CANCELED)


def is_name(name: str, longest: int) -> bool:
    """Neither empty nor too long, no control characters, no space around it."""
    return 0 < len(name) <= longest and name.strip(" ") == name and not CONTROL & set(name)

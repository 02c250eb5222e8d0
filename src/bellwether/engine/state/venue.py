"""The whole state of a node: dexes, markets, users, operators, timers and counters."""

from __future__ import annotations

from typing import NamedTuple, final

from bellwether.book.order import Order
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.life import Proposal
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import Timers
from bellwether.engine.state.user import Operator, Signer, User
from bellwether.engine.twap.state import Twap
from bellwether.engine.withdrawals.state import Payouts
from bellwether.schema import codes
from bellwether.units.division import div_down
from bellwether.units.quantities import NS_PER_DAY


class PublishedText(NamedTuple):
    """A disclosure of the venue's own, and when it was published (RULE-6)."""

    version: int
    text: str
    time_ns: int


@final
class Venue:
    """`time_ns` is the time of the last command or timer; it never goes back.

    `day` counts UTC days from 1970, and ends at `day_ends_ns`.
    `pending` are approved changes whose time has not come, by the number of their proposal. Where
    the founding `pre_accepts`, whoever gets an account has accepted every disclosure (RULE-6).
    `texts` are the venue's own disclosures, by their SHA-256; `payouts` is money on its way out.
    `status` is what the venue's disk lets all markets take (LIFE-13), since `status_since_ns`.
    """

    def __init__(self) -> None:
        self.time_ns: int = 0
        self.day: int = 0
        self.day_ends_ns: int = 0
        self.founded: bool = False
        self.dev: bool = False
        self.status: int = codes.OPEN
        self.status_cause: int = codes.BY_REQUEST
        self.status_since_ns: int = 0
        self.pre_accepts: bool = False
        self.check_nonce_window: bool = True
        self.dexes: list[Dex] = []
        self.dex_by_name: dict[str, Dex] = {}
        self.markets: dict[int, Market] = {}
        self.accruing: list[Market] = []
        self.market_by_name: dict[str, Market] = {}
        self.users: dict[bytes, User] = {}
        self.user_list: list[User] = []
        self.signers: dict[bytes, Signer] = {}
        self.operators: dict[bytes, Operator] = {}
        self.references: dict[str, int] = {}
        self.sources: dict[str, bytes] = {}
        self.proposals: dict[int, Proposal] = {}
        self.pending: dict[int, Proposal] = {}
        self.timers: Timers = Timers([])
        self.next_order_id: int = 1
        self.next_trade_id: int = 1
        self.next_liquidation_id: int = 1
        self.next_proposal_id: int = 1
        self.next_twap_id: int = 1
        self.twaps: dict[int, Twap] = {}
        self.held_back: dict[int, Order] = {}
        self.texts: dict[bytes, PublishedText] = {}
        self.owners: dict[str, list[User]] = {}
        self.payouts: Payouts = Payouts()

    def new_trade_id(self) -> int:
        """The number of the next trade, settlement or forced close."""
        trade_id = self.next_trade_id
        self.next_trade_id = trade_id + 1
        return trade_id

    def new_liquidation_id(self) -> int:
        """The number under which the steps of one liquidation stand together."""
        liquidation_id = self.next_liquidation_id
        self.next_liquidation_id = liquidation_id + 1
        return liquidation_id

    def begin_day(self, time_ns: int) -> None:
        """Another day has begun: what has been traded on the days before may have earned rates."""
        self.day = div_down(time_ns, NS_PER_DAY)
        self.day_ends_ns = (self.day + 1) * NS_PER_DAY
        for market in self.markets.values():
            market.day = self.day
            market.rates_epoch += 1

    def user(self, address: bytes) -> User:
        """The user with an address, opened with its own key as signer where there is none."""
        found = self.users.get(address)
        if found is None:
            found = User(address, len(self.user_list))
            found.is_pre_accepted = self.pre_accepts
            self.users[address] = found
            self.user_list.append(found)
            before = self.signers.get(address)
            assert before is None or not before.has_acted(), "an agent's key owns no account"
            if before is not None:
                before.user.dismiss(before)
            self.signers[address] = Signer(address, found, False)
        return found

    def link(self, user: User, owner: str) -> None:
        """Names the owner of a user and its sub-accounts; empty where they stand for themselves."""
        family = [user, *user.sub_accounts.values()]
        before = user.linked
        if user.owner and before is not None:
            for member in family:
                before.remove(member)
            if not before:
                del self.owners[user.owner]
        group = family if len(family) > 1 else None
        if owner:
            group = self.owners.setdefault(owner, [])
            group.extend(family)
        for member in family:
            member.owner = owner
            member.linked = group

    def adopt(self, master: User, sub: User) -> None:
        """Makes a user a sub-account: nobody's key signs as it, and what is the master's is its."""
        self.link(sub, "")
        self.signers[sub.address].revoked = True
        sub.master = master
        sub.jurisdiction = master.jurisdiction
        sub.client_class = master.client_class
        sub.is_pre_accepted = master.is_pre_accepted
        sub.volume = master.volume
        sub.disclosures = master.disclosures
        sub.builders = master.builders
        if master.linked is None:
            master.linked = [master]
        master.linked.append(sub)
        sub.linked = master.linked
        sub.owner = master.owner
        master.sub_accounts[sub.address] = sub

    def has_part(self, key: bytes) -> bool:
        """Does this key hold a role, or deploy for a dex?"""
        operator = self.operators.get(key)
        if operator is None:
            return False
        if operator.roles != 0:
            return True
        for dex in self.dexes:
            if key == dex.deployer:
                return True
            for keys in dex.sub_deployers.values():
                if key in keys:
                    return True
        return False

    def is_agent(self, address: bytes) -> bool:
        """Was this key approved to sign for the account of another? It owns nothing itself."""
        signer = self.signers.get(address)
        return signer is not None and signer.is_agent

    def is_acting_agent(self, address: bytes) -> bool:
        """Has this key signed for the account of another?

        Anybody may name any address as an agent; only one that has signed is taken at its word, so
        that nobody's address is kept out by a stranger.
        """
        signer = self.signers.get(address)
        return signer is not None and signer.is_agent and signer.has_acted()

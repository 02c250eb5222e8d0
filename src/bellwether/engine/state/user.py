"""Users, the keys that may sign for them, and operators (RULE-1, RULE-5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from bellwether.engine.fees.volume import Volume
from bellwether.engine.state.nonces import NonceWindow
from bellwether.units.quantities import NS_PER_MS

if TYPE_CHECKING:
    from bellwether.engine.state.account import Account
    from bellwether.engine.state.holding import Holding


@final
class User:
    """An owner by address (20 bytes) with one account a dex and one holding a market (by asset).

    `number` is its place among all users; `volume_e6` is micro-USD traded, `volume` the same by
    day. `linked` are all users of the same named `owner`, itself among them; None where it stands
    for itself. `disclosures` are the hashes (32 bytes) of the texts it has accepted, with the time
    (ns); who `is_pre_accepted` is not asked (RULE-6). `builders` are addresses and what each may
    charge at most, tenths of a basis point. Where `threshold` is not 0, so many of `co_signers`
    (keys) act together for it, and its own key does not.

    A sub-account has a `master`, whose `sub_accounts` it stands in (by address). Both have the same
    owner and attributes; `volume`, `disclosures` and `builders` are the master's own.
    """

    __slots__ = (
        "accounts",
        "address",
        "agents",
        "builders",
        "cancel_at_ms",
        "cancels_today",
        "cancels_day",
        "client_class",
        "co_signers",
        "disclosures",
        "holdings",
        "is_pre_accepted",
        "jurisdiction",
        "linked",
        "master",
        "name",
        "number",
        "owner",
        "sub_accounts",
        "threshold",
        "volume",
        "volume_e6",
    )

    def __init__(self, address: bytes, number: int) -> None:
        self.address: bytes = address
        self.number: int = number
        self.accounts: dict[int, Account] = {}
        self.holdings: dict[int, Holding] = {}
        self.agents: dict[str, Signer] = {}
        self.builders: dict[bytes, int] = {}
        self.jurisdiction: str = ""
        self.client_class: str = ""
        self.owner: str = ""
        self.linked: list[User] | None = None
        self.volume_e6: int = 0
        self.volume: Volume = Volume()
        self.cancel_at_ms: int = 0
        self.cancels_today: int = 0
        self.cancels_day: int = 0
        self.disclosures: dict[bytes, int] = {}
        self.is_pre_accepted: bool = False
        self.name: str = ""
        self.master: User | None = None
        self.sub_accounts: dict[bytes, User] = {}
        self.co_signers: tuple[bytes, ...] = ()
        self.threshold: int = 0

    def has_accepted(self, text_hash: bytes) -> bool:
        """Has the user accepted this text, or nothing to accept (RULE-6)?"""
        return not text_hash or self.is_pre_accepted or text_hash in self.disclosures

    def is_kin(self, other: User) -> bool:
        """Are these accounts of one master?"""
        own = self if self.master is None else self.master
        return own is (other if other.master is None else other.master)

    def dismiss(self, agent: Signer) -> None:
        """The agent signs no more."""
        agent.revoked = True
        if self.agents.get(agent.name) is agent:
            del self.agents[agent.name]


@final
class Signer:
    """A key that may sign: the master's own or an agent's. `valid_until_ms` 0 = no expiry."""

    __slots__ = ("address", "is_agent", "name", "nonces", "revoked", "user", "valid_until_ms")

    def __init__(self, address: bytes, user: User, is_agent: bool) -> None:
        self.address: bytes = address
        self.user: User = user
        self.is_agent: bool = is_agent
        self.name: str = ""
        self.valid_until_ms: int = 0
        self.revoked: bool = False
        self.nonces: NonceWindow = NonceWindow([])

    def has_expired(self, time_ns: int) -> bool:
        """Is the time over until which an agent may sign?"""
        return self.valid_until_ms > 0 and time_ns > self.valid_until_ms * NS_PER_MS

    def has_acted(self) -> bool:
        """Has the key signed anything yet?"""
        return self.nonces.highest >= 0


@final
class Operator:
    """An operator's key and its roles, a bit set of the codes LISTER … COMPLIANCE."""

    __slots__ = ("key", "nonces", "roles")

    def __init__(self, key: bytes, roles: int) -> None:
        self.key: bytes = key
        self.roles: int = roles
        self.nonces: NonceWindow = NonceWindow([])

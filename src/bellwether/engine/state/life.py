"""What a market's life hangs on: its listing, outside prices, and acts that wait (LIFE, RULE-2)."""

from __future__ import annotations

from typing import final


@final
class Listing:
    """The listing as confirmed, and what outside sources say of the share.

    `latest` is (price atoms, seen at ns) by source; `taken` are (ns, source) of the updates that
    the conversion still counts, oldest first. `indications` are (price atoms, paired shares, seen
    at ns) by source, `halts` (since ns, why) by the source that says so. A contract stands for
    numerator / denominator listed shares, and `settled_e6` of every position settles at the cross.
    `ramp_since_ns` is 0 but during a ramp, of which `ramp_e12` is in force; `delisting` is None but
    in a listed market's last hour, and `awaited` but while the listing waits for an event.
    """

    __slots__ = (
        "awaited",
        "cross_price",
        "cross_time_ns",
        "delisting",
        "denominator",
        "exchange",
        "halts",
        "indications",
        "is_confirmed",
        "is_external",
        "jurisdiction",
        "latest",
        "listed_as",
        "numerator",
        "ramp_e12",
        "ramp_since_ns",
        "settled_e6",
        "structure",
        "taken",
        "treatment",
    )

    def __init__(self) -> None:
        self.is_confirmed: bool = False
        self.is_external: bool = False
        self.exchange: str = ""
        self.listed_as: str = ""
        self.structure: str = ""
        self.jurisdiction: str = ""
        self.treatment: str = ""
        self.cross_price: int = 0
        self.cross_time_ns: int = 0
        self.latest: dict[str, tuple[int, int]] = {}
        self.halts: dict[str, tuple[int, str]] = {}
        self.taken: list[tuple[int, str]] = []
        self.indications: dict[str, tuple[int, int, int]] = {}
        self.numerator: int = 1
        self.denominator: int = 1
        self.settled_e6: int = 0
        self.ramp_since_ns: int = 0
        self.ramp_e12: int = 0
        self.delisting: Delisting | None = None
        self.awaited: AwaitedEvent | None = None


@final
class AwaitedEvent:
    """What a confirmed listing waits for, and how it is treated with the event and without it."""

    __slots__ = ("condition", "deadline_ns", "event", "otherwise", "treatment")

    def __init__(self, event: str, condition: str, deadline_ns: int) -> None:
        self.event: str = event
        self.condition: str = condition
        self.deadline_ns: int = deadline_ns
        self.treatment: str = ""
        self.otherwise: str = ""


@final
class Delisting:
    """The last hour of a listed market: the sum of the outside price over time (LIFE-12)."""

    __slots__ = ("price_fine", "since_ns", "started_ns", "weighted_sum")

    def __init__(self, started_ns: int, price_fine: int) -> None:
        self.started_ns: int = started_ns
        self.since_ns: int = started_ns
        self.price_fine: int = price_fine
        self.weighted_sum: int = 0


@final
class CapitalEntry:
    """A line of the capital-structure ledger (LIFE-10): what a market stands for since `time_ns`.

    The fields are those of ShareCountRecorded.
    """

    __slots__ = (
        "as_of_ns",
        "denominator",
        "grounds",
        "kind",
        "numerator",
        "price_unit",
        "share_count",
        "source",
        "time_ns",
        "version",
    )

    def __init__(self, time_ns: int, version: int, kind: str, price_unit: str) -> None:
        self.time_ns: int = time_ns
        self.version: int = version
        self.kind: str = kind
        self.price_unit: str = price_unit
        self.share_count: int = 0
        self.source: str = ""
        self.as_of_ns: int = 0
        self.grounds: str = ""
        self.numerator: int = 1
        self.denominator: int = 1


@final
class Proposal:
    """A discretionary act that waits for a second operator, or approved for its time (RULE-2).

    `epoch` is the market's when it was made: the approval binds to that state and no other.
    `effective_ns` is when an approved change comes into force, 0 before the approval.
    """

    __slots__ = (
        "asset",
        "command",
        "effective_ns",
        "epoch",
        "expires_ns",
        "grounds",
        "kind",
        "made_ns",
        "operator",
        "proposal_id",
        "roles",
        "text",
        "text_hash",
    )

    def __init__(
        self, proposal_id: int, asset: int, operator: bytes, roles: int, command: object
    ) -> None:
        self.proposal_id: int = proposal_id
        self.asset: int = asset
        self.operator: bytes = operator
        self.roles: int = roles
        self.command: object = command
        self.kind: str = ""
        self.grounds: str = ""
        self.text: str = ""
        self.text_hash: bytes = b""
        self.epoch: int = 0
        self.made_ns: int = 0
        self.expires_ns: int = 0
        self.effective_ns: int = 0

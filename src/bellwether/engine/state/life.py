"""What a market's life hangs on: its listing, outside prices, and acts that wait (LIFE, RULE-2)."""

from __future__ import annotations

from typing import final


@final
class Listing:
    """The listing as confirmed, and what outside sources say of the share.

    `latest` is (price atoms, seen at ns) by source; `taken` are (ns, source) of the updates that
    the conversion still counts, oldest first.
    """

    __slots__ = (
        "cross_price",
        "cross_time_ns",
        "exchange",
        "is_confirmed",
        "is_external",
        "jurisdiction",
        "latest",
        "listed_as",
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
        self.taken: list[tuple[int, str]] = []


@final
class Proposal:
    """A discretionary act that waits for a second operator (RULE-2).

    `epoch` is the market's when it was made: the approval binds to that state and no other.
    """

    __slots__ = (
        "asset",
        "command",
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

"""Commands about losses: capital for the waterfall, and who takes positions over (LIQ-3, LIQ-5)."""

from __future__ import annotations

from bellwether.schema.command import Command


class PayInCapital(Command, frozen=True, tag="pay_in"):
    """Money that the custodian has received for a market's insurance fund, or (`is_backstop`) for
    its vault; `reference` is unique (RULE-3)."""

    signer: bytes
    nonce: int
    asset: int
    is_backstop: bool
    amount_e6: int
    reference: str


class SetAssignment(Command, frozen=True, tag="set_assignment"):
    """The account takes liquidated positions over: long or short ones or both, up to `most_lots`
    at a time and up to a position of `most_position_lots`, `edge_bp` basis points off the mark, on
    the `days` of the code. Neither long nor short ends it."""

    signer: bytes
    account_for: bytes
    nonce: int
    expires_after: int
    asset: int
    accepts_long: bool
    accepts_short: bool
    most_lots: int
    most_position_lots: int
    edge_bp: int
    days: int

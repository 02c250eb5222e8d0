"""Accepting the disclosure of a market (RULE-6)."""

from __future__ import annotations

from bellwether.engine.admission import admit
from bellwether.engine.state.turn import Turn
from bellwether.schema import rejects
from bellwether.schema.commands import AcceptDisclosure
from bellwether.schema.events import Acknowledged, CommandRefused, DisclosureAccepted


def accept_disclosure(turn: Turn, command: AcceptDisclosure) -> None:
    """Records that the account's own key accepts the text in force; once more changes nothing.

    The text counts for every market that requires it; an agent trades, but accepts nothing.
    """
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, True
    )
    if user is None:
        return
    market = turn.venue.markets.get(command.asset)
    if market is None:
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, command.asset))
        return
    disclosure = market.spec.disclosure
    if disclosure is None:
        turn.emit(CommandRefused(rejects.NO_DISCLOSURE, command.asset))
        return
    if command.text_hash != market.disclosure_hash:
        turn.emit(CommandRefused(rejects.DISCLOSURE_HASH_WRONG, command.asset))
        return
    if command.text_hash in user.disclosures:
        turn.emit(Acknowledged())
        return
    user.disclosures[command.text_hash] = turn.time_ns
    turn.emit(DisclosureAccepted(user.address, market.asset, disclosure.version, command.text_hash))

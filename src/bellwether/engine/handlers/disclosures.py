"""Publishing a disclosure, and accepting the one of a market (RULE-6)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.admission import admit, admit_operator
from bellwether.engine.life.phases import announce, text_hash
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.venue import PublishedText, Venue
from bellwether.schema import codes, rejects
from bellwether.schema.commands import AcceptDisclosure, PublishDisclosure
from bellwether.schema.disclosures import is_shipped
from bellwether.schema.events import (
    Acknowledged,
    CommandRefused,
    DisclosureAccepted,
    DisclosurePublished,
)
from bellwether.schema.instrument import InstrumentSpec

LONGEST_TEXT: Final = 50_000
MOST_TEXTS: Final = 200


def knows_text(venue: Venue, spec: InstrumentSpec) -> bool:
    """Can everybody read what this specification has accounts accept?"""
    disclosure = spec.disclosure
    if disclosure is None or is_shipped(disclosure):
        return True
    published = venue.texts.get(bytes.fromhex(disclosure.hash[2:]))
    return published is not None and published.version == disclosure.version


def publish_disclosure(turn: Turn, command: PublishDisclosure) -> None:
    """Writes a text down and announces it. It binds once two operators have a market require it."""
    roles = codes.LISTER | codes.COMPLIANCE
    operator = admit_operator(turn, command.signer, command.nonce, roles)
    if operator is None:
        return
    reason = publication_refusal(turn.venue, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason))
        return
    digest = text_hash(command.text)
    turn.venue.texts[digest] = PublishedText(command.version, command.text, turn.time_ns)
    turn.emit(
        DisclosurePublished(turn.time_ns, operator.key, command.version, digest, command.text)
    )
    title = f"Disclosure, version {command.version}"
    announce(turn, -1, "notice", title, command.text, "", 0)


def publication_refusal(venue: Venue, command: PublishDisclosure) -> int:
    """Why a text is not written down."""
    if command.version <= 0 or not 0 < len(command.text.strip()) <= LONGEST_TEXT:
        return rejects.DISCLOSURE_TEXT_INVALID
    if text_hash(command.text) in venue.texts:
        return rejects.ALREADY_SO
    for published in venue.texts.values():
        if published.version == command.version:
            return rejects.DISCLOSURE_VERSION_TAKEN
    return rejects.ACCEPTED if len(venue.texts) < MOST_TEXTS else rejects.TOO_MANY_DISCLOSURES


def accept_disclosure(turn: Turn, command: AcceptDisclosure) -> None:
    """Records that the account's own key accepts the text in force; once more changes nothing.

    The text counts for every market that requires it; an agent trades, but accepts nothing.
    """
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, True, True
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

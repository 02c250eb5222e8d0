"""The disclosures that presets ship (RULE-6): versioned texts that are accepted by their hash.

A text is never edited: new words are a new version, and everybody is asked again. Older versions
stay here, so that what was accepted can be read for ever. A venue's own texts are in its journal.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import msgspec


class Disclosure(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The text that whoever adds risk has accepted (RULE-6): `hash` is 0x and its SHA-256."""

    version: int
    hash: str


_IPOP_1: Final = """\
What you should know before you trade this pre-IPO perpetual. Version 1.

1. What it is not. The contract is settled in cash. It is not a share, not an allocation in an
initial public offering, not a tokenised share, and it entitles nobody to receive securities, now or
later.

2. No claim on the company. Holding it gives no ownership, no vote, no right to information, no
dividend and no other claim on the company whose name it bears. The company has no part in this
market.

3. The reference price is no forecast. It is where trading starts and where the bounds are anchored.
It may differ from any price range, from the offer price and from the first price on an exchange.

4. High risk. The contract is highly speculative. Leverage multiplies losses, there is no market in
the share to lean on, and you can lose all the money behind a position.

5. Liquidation and auto-deleveraging. A position whose margin no longer suffices is closed at
whatever the book gives. If the book gives too little, positions of the other side are closed
against it, the most profitable and most leveraged first: yours may be ended while you are winning.

6. The pricing model changes. Before a listing the price comes from this market's own book, inside
bounds. At the conversion it follows outside prices of the listed share. The mark may step when the
models change, and funding, leverage and margin change with them.

7. Discretion of the operators. Operators decide, among other things, on reference prices, on the
confirmation of a listing and its treatment, on an early settlement and its price, and on changes of
units. Each such act needs two different operators and an announcement with its grounds, and stands
in a journal that anybody can recompute.

8. Settlement may differ from what you paid. Without a listing by the published dates the contract
settles in cash, by default at the average of the mark over its whole life. That can be far from
your entry and from the last price.
"""

_PREMARKET_1: Final = """\
What you should know before you trade this contract on a company's valuation. Version 1.

1. What it is not. The contract is settled in cash. It is not a share, not an allocation in an
initial public offering, not a tokenised share, and it entitles nobody to receive securities, now or
later.

2. No claim on the company. Holding it gives no ownership, no vote, no right to information, no
dividend and no other claim on the company whose name it bears. The company has no part in this
market.

3. The reference price is no forecast. The first index and every later one are estimates put
together from what was observed: private trades, offers, fund marks, filings. They may differ from
any price range, from the offer price and from the first price on an exchange.

4. High risk. The contract is highly speculative. Observations are few, late and may be wrong;
leverage multiplies losses, and you can lose all the money in the account that backs a position.

5. Liquidation and auto-deleveraging. Positions whose margin no longer suffices are closed at
whatever the book gives. If the book gives too little, positions of the other side are closed
against them, the most profitable and most leveraged first: yours may end while you are winning.

6. The pricing model changes. Before a listing the mark is held near a synthetic index. After a
conversion it follows outside prices of the listed share. The mark may step when the models change;
the unit of the contract, funding, leverage and margin may change with them.

7. Discretion of the operators. Operators decide, among other things, on which observations count
when they are held back, on the confirmation of a listing and its treatment, on an early settlement
and its price, and on changes of units. Each such act needs two different operators and an
announcement with its grounds, and stands in a journal that anybody can recompute.

8. Settlement may differ from what you paid. The contract may end by a settlement in cash whose
price is an average of the mark or is determined as announced. That can be far from your entry and
from the last price.
"""

_ALL: Final = (("ipop", 1, _IPOP_1), ("premarket", 1, _PREMARKET_1))


def disclosure_hash(text: str) -> str:
    """The SHA-256 of a text in UTF-8 as a specification states it: 0x and 64 digits."""
    return "0x" + sha256(text.encode()).hexdigest()


TEXTS: Final[dict[str, str]] = {disclosure_hash(text): text for _, _, text in _ALL}
"""Every text ever shipped, by its hash."""

_NEWEST: Final[dict[str, Disclosure]] = {
    name: Disclosure(version, disclosure_hash(text)) for name, version, text in _ALL
}
SHIPPED: Final = tuple((version, disclosure_hash(text)) for _, version, text in _ALL)
"""Version and hash of every text that ships, oldest first."""
_DIGITS: Final = frozenset("0123456789abcdef")


def disclosure_of(name: str) -> Disclosure:
    """The newest disclosure of a preset."""
    return _NEWEST[name]


def is_shipped(disclosure: Disclosure) -> bool:
    """Is there a text of this version with this hash?"""
    return (disclosure.version, disclosure.hash) in SHIPPED


def is_stated(disclosure: Disclosure) -> bool:
    """Is it a version and a SHA-256 as they are written, of whatever text?"""
    digits = disclosure.hash[2:]
    is_hash = disclosure.hash.startswith("0x") and len(digits) == 64 and set(digits) <= _DIGITS
    return disclosure.version > 0 and is_hash

"""Addresses that accounts have asked to be paid at, and from when on each may be (RULE-9)."""

from __future__ import annotations

from typing import Final, final

MOST_ADDRESSES: Final = 50
"""What the book of one account holds; the one filed first makes room."""


@final
class AddressBook:
    """By account the addresses in it, in the order of filing, with the time (ns) from which on they
    may be paid. An account's own address stands in no book: it may always be."""

    __slots__ = ("by_account",)

    def __init__(self) -> None:
        self.by_account: dict[bytes, dict[bytes, int]] = {}

    def usable_from(self, account: bytes, address: bytes, now_ns: int, delay_ns: int) -> int:
        """From when on (ns) the address may be paid; one that is new is filed, after `delay_ns`."""
        if address == account:
            return now_ns
        filed = self.by_account.setdefault(account, {})
        known = filed.get(address)
        if known is not None:
            return known
        if len(filed) >= MOST_ADDRESSES:
            del filed[next(iter(filed))]
        filed[address] = now_ns + delay_ns
        return now_ns + delay_ns

    def strike(self, account: bytes, address: bytes) -> None:
        """The address is new again; nothing happens if it stands in no book."""
        filed = self.by_account.get(account)
        if filed is None:
            return
        filed.pop(address, None)
        if not filed:
            del self.by_account[account]

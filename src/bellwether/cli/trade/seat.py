"""Where a trader sits: whose key signs, and whose account is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from bellwether.cli.access.keys import KeyFileOption, KeyRingOption, KeySource, key_of
from bellwether.cli.access.place import Place
from bellwether.cli.access.venue import answering, checked_address
from bellwether.cli.refusal import refuse
from bellwether.cli.trade.draft import DRAFT, DraftApi
from bellwether.lab.traders.venue_api import VenueApi
from bellwether.node.founding.dev_keys import DEV_ACCOUNTS

HINT: Final = "in a dev world --dev-account N uses a public key"

DevAccountOption = Annotated[
    int | None,
    typer.Option(
        "--dev-account",
        min=0,
        max=DEV_ACCOUNTS - 1,
        envvar="BELLWETHER_DEV_ACCOUNT",
        help="Public key N of a dev world.",
    ),
]
AddressOption = Annotated[
    str | None, typer.Option("--address", help="Any account, looked at without a key.")
]
SubAccountOption = Annotated[
    str | None, typer.Option("--sub-account", help="Address of the one that is acted for.")
]
CoinArgument = Annotated[str, typer.Argument(metavar="COIN", help="Such as CBRS or xyz:SPCX.")]


@dataclass
class Seat(Place):
    """A trader's, who signs."""

    key_file: KeyFileOption = None
    key_ring: KeyRingOption = None
    dev_account: DevAccountOption = None

    def key(self) -> bytes:
        """What is signed with; ends the command if there is none, or more than one."""
        return trader_key(self.key_file, self.key_ring, self.dev_account)

    def sign_in(self) -> AbstractContextManager[VenueApi]:
        """The venue for who signs (`reach`), or for the account that a draft is made for."""
        draft = DRAFT.get()
        return self.reach(self.key()) if draft is None else answering(draft)


@dataclass
class TradingSeat(Seat):
    """A trader's who acts for the account or for one of its sub-accounts."""

    sub_account: SubAccountOption = None

    @contextmanager
    def sign_in(self) -> Iterator[VenueApi]:
        """The venue for who signs, acting for the sub-account if one is named."""
        chosen = self.sub_account and checked_address(self.sub_account, "--sub-account")
        if chosen and DRAFT.get() is not None:
            refuse("--sub-account: several signers act for their account only")
        with super().sign_in() as api:
            api.sub_account = chosen
            yield api


@dataclass
class Onlooker(Place):
    """Of an account: any by its address, one's own by the key."""

    address: AddressOption = None
    key_file: KeyFileOption = None
    key_ring: KeyRingOption = None
    dev_account: DevAccountOption = None

    @contextmanager
    def look(self) -> Iterator[tuple[VenueApi, str]]:
        """The venue, and the address of the account there (`reach`)."""
        if self.address is not None:
            user = checked_address(self.address, "--address")
            with self.reach() as api:
                yield api, user
        else:
            with self.reach(trader_key(self.key_file, self.key_ring, self.dev_account)) as api:
                yield api, account_behind(api)


def trader_key(key_file: Path | None, key_ring: str | None, dev_account: int | None) -> bytes:
    """The key a command signs with; ends the command if there is none, or more than one."""
    role = None if dev_account is None else "account"
    return key_of(KeySource(key_file, key_ring, role, dev_account), HINT)


def account_behind(api: VenueApi) -> str:
    """The account that is acted for: the draft's, a sub-account, or who approved the key."""
    if isinstance(api, DraftApi):
        return api.account
    if api.sub_account is not None:
        return api.sub_account
    assert api.wallet is not None, "asked only with a key"
    role = api.info("userRole", user=api.wallet.hex_address)
    if role["role"] == "agent":
        return str(role["data"]["user"])
    return api.wallet.hex_address


def dex_names(api: VenueApi) -> list[str]:
    """Names of all dexes, the main one's empty name first."""
    return [""] + [dex["name"] for dex in api.info("perpDexs") if dex is not None]

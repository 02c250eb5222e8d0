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
from bellwether.cli.access.venue import account_behind, checked_address
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
        """The venue for who signs (`reach`)."""
        return self.reach(self.key())


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


def dex_names(api: VenueApi) -> list[str]:
    """Names of all dexes, the main one's empty name first."""
    return [""] + [dex["name"] for dex in api.info("perpDexs") if dex is not None]

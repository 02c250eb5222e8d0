"""Whose key a trader's command uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from bellwether.cli.trade.venue_access import (
    KeySource,
    account_behind,
    checked_address,
    connect,
    key_of,
)
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


def trader_key(key_file: Path | None, key_ring: str | None, dev_account: int | None) -> bytes:
    """The key a command signs with; ends the command if there is none, or more than one."""
    role = None if dev_account is None else "account"
    return key_of(KeySource(key_file, key_ring, role, dev_account), HINT)


class Onlooker:
    """A venue and the account that is looked at."""

    def __init__(
        self,
        url: str,
        address: str | None,
        key_file: Path | None,
        key_ring: str | None,
        dev_account: int | None,
    ) -> None:
        self._address = None if address is None else checked_address(address, "--address")
        key = None
        if self._address is None:
            key = trader_key(key_file, key_ring, dev_account)
        self.api: VenueApi = connect(url, key)

    def address(self) -> str:
        """Asks the venue whose key it is. Raises VenueRefused, VenueUnreachable."""
        return self._address or account_behind(self.api)

    def dexes(self) -> list[str]:
        """Names of the venue's dexes, the main one's is empty."""
        return dex_names(self.api)


def dex_names(api: VenueApi) -> list[str]:
    """Names of all dexes, the main one's empty name first."""
    return [""] + [dex["name"] for dex in api.info("perpDexs") if dex is not None]

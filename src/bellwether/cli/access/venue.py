"""A running venue as a command reaches it: its address, what it refuses, and its silence."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from bellwether.cli.refusal import refuse
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.traders.venue_api import VenueApi, VenueRefused, VenueUnreachable

DEFAULT_URL: Final = "http://127.0.0.1:3001"

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)

UrlOption = Annotated[
    str, typer.Option("--url", envvar="BELLWETHER_URL", help="Address of the venue.")
]


def connect(url: str, key: bytes | None = None, timeout_s: float = 30.0) -> VenueApi:
    """The venue at `url`; nothing is sent yet. Ends the command if that is no address."""
    try:
        return VenueApi(url, None if key is None else Wallet(key), timeout_s)
    except ValueError as error:
        refuse(f"--url: {error}")


@contextlib.contextmanager
def answering(api: VenueApi) -> Iterator[VenueApi]:
    """Turns what the venue refuses, and its silence, into messages with exit code 1."""
    try:
        yield api
    except VenueRefused as refusal:
        refuse(f"the venue refused: {refusal.text or refusal.status}", 1)
    except VenueUnreachable as fault:
        doubt = (
            ""
            if api.wallet is None
            else (" What was sent may have arrived: look before sending it again.")
        )
        refuse(f"{fault}. Is a venue running there?{doubt}", 1)
    finally:
        api.close()


def checked_address(text: str, where: str) -> str:
    """An address in lower case; ends the command if it is none."""
    if _ADDRESS.fullmatch(text) is None:
        refuse(f"{where}: expected an address of 0x and 40 hexadecimal digits, got {text!r}")
    return text.lower()

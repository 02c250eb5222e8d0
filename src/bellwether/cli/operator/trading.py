"""`bellwether operator halt|resume`: a market's trading status."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bellwether.cli.operator.access import (
    CoinArgument,
    DevOperatorOption,
    GroundsOption,
    carry_out,
    signing_key,
    tell,
)
from bellwether.cli.trade.venue_access import (
    DEFAULT_URL,
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    UrlOption,
)


class Halted(StrEnum):
    halted = "halted"
    cancel_only = "cancel_only"
    post_only = "post_only"


def halt(
    coin: CoinArgument,
    status: Annotated[Halted, typer.Option(help="What is still allowed.")] = Halted.halted,
    grounds: GroundsOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop trading in a market, or let it only cancel or only post."""
    key = signing_key(key_file, key_ring, dev_operator)
    act = {"kind": "halt", "coin": coin, "status": status.value, "grounds": grounds}
    tell(carry_out(url, key, act), f"{coin} is {status.value}", as_json)


def resume(
    coin: CoinArgument,
    grounds: GroundsOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open trading in a market again."""
    key = signing_key(key_file, key_ring, dev_operator)
    act = {"kind": "resume", "coin": coin, "grounds": grounds}
    tell(carry_out(url, key, act), f"{coin} is open", as_json)

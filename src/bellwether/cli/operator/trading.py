"""`bellwether operator halt|resume|disable-dex`: what may trade."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from bellwether.cli.operator.access import (
    AnnouncementOption,
    CoinArgument,
    DevOperatorOption,
    GroundsOption,
    act_of,
    carry_out,
    signing_key,
    tell,
    tell_proposal,
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
    beyond_hour: Annotated[
        bool,
        typer.Option("--beyond-hour", help="Propose it for as long as nobody resumes trading."),
    ] = False,
    announcement: AnnouncementOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop trading in a market for an hour at most, or let it only cancel or only post."""
    key = signing_key(key_file, key_ring, dev_operator)
    act: dict[str, Any] = {"kind": "halt", "coin": coin, "status": status.value, "grounds": grounds}
    if beyond_hour:
        act |= {"beyondHour": True, "announcement": announcement}
        what = f"{coin} is {status.value} until it is resumed"
        tell_proposal(carry_out(url, key, act), what, as_json)
        return
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
    """Let trading in a market go on: after a stop only posting at first."""
    key = signing_key(key_file, key_ring, dev_operator)
    act = {"kind": "resume", "coin": coin, "grounds": grounds}
    tell(carry_out(url, key, act), f"{coin} resumes", as_json)


def disable_dex(
    dex: Annotated[str, typer.Argument(metavar="DEX", help="Such as xyz; not the main one.")],
    grounds: Annotated[str, typer.Option(help="Why, for the journal.")],
    announcement: AnnouncementOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose to halt every market of a dex for good; each then ends by its settlement."""
    key = signing_key(key_file, key_ring, dev_operator)
    act = act_of("disableDex", dex=dex, grounds=grounds, announcement=announcement)
    tell_proposal(carry_out(url, key, act), f"the dex {dex} is disabled", as_json)

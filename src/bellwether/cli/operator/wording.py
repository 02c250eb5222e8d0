"""Arguments and options that several families of acts have."""

from __future__ import annotations

from typing import Annotated

import typer

CoinArgument = Annotated[str, typer.Argument(metavar="COIN", help="Such as CBRS.")]
GroundsOption = Annotated[str, typer.Option(help="Why, for the journal.")]
AnnouncementOption = Annotated[
    str, typer.Option(help="What is announced; the venue writes it if absent.")
]
ReferenceOption = Annotated[
    str, typer.Option(help="Names the payment; the venue takes each reference once.")
]

"""`bellwether certificate list|make|verify|program`: who was liquidated, and the proof (LIQ-8)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json, print_table

certificate = typer.Typer(
    no_args_is_help=True,
    help="Certificates of liquidations and deleveragings, made from a journal and checked.",
)
DataDirArgument = Annotated[
    Path, typer.Argument(metavar="DATA_DIR", help="The data directory of a venue.")
]


@certificate.command("list")
def list_certificates(
    data_dir: DataDirArgument,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List every account that was liquidated or deleveraged."""
    from bellwether.node.certificates.certificate import Certificates, Wrong, records_of

    maker = Certificates()
    try:
        made = [one for record in records_of([data_dir]) for one in maker.of(record)]
    except Wrong as error:
        refuse(str(error))
    if as_json:
        for one in made:
            told = {name: one[name] for name in ("liquidation", "role", "account", "seq")}
            print_json({**told, "coin": maker.names[one["asset"]]})
        return
    print_table(
        ("liquidation", "role", "account", "market", "command"),
        [
            (o["liquidation"], o["role"], o["account"], maker.names[o["asset"]], o["seq"])
            for o in made
        ],
        "Nobody has been liquidated.",
        left=("role", "account", "market"),
    )


@certificate.command("make")
def make(
    data_dir: DataDirArgument,
    liquidation: Annotated[int, typer.Argument(help="The number of the liquidation.")],
    account: Annotated[
        str, typer.Option(help="Of which account; the liquidated one if absent.")
    ] = "",
) -> None:
    """Print the certificate of one account as JSON."""
    from bellwether.node.certificates.certificate import Certificates, Wrong, records_of

    maker = Certificates()
    try:
        for record in records_of([data_dir]):
            for one in maker.of(record):
                wanted = account.lower() or (one["account"] if one["role"] == "liquidated" else "")
                if one["liquidation"] == liquidation and one["account"] == wanted:
                    typer.echo(json.dumps(one, indent=1))
                    return
    except Wrong as error:
        refuse(str(error))
    refuse(f"the journal tells of no liquidation {liquidation} of this account")


@certificate.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The certificate.")],
    journal: Annotated[
        list[Path], typer.Argument(help="A data directory, or segments of its journal.")
    ],
) -> None:
    """Check a certificate against the journal, as the stand-alone program does."""
    from bellwether.node.certificates.certificate import main

    raise typer.Exit(main([str(file), *map(str, journal)], "bellwether"))


@certificate.command("program")
def program() -> None:
    """Print the stand-alone program that checks certificates; it needs Python and nothing else."""
    from bellwether.node.certificates import certificate as checker

    sys.stdout.write(Path(checker.__file__).read_text(encoding="utf-8"))

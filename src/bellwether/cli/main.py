"""`bellwether`: the commands for people (chapter 10).

Results go to stdout, errors and progress to stderr. Exit codes: 0 done, 1 the outcome is negative
(a difference, a failed example, unusable files), 2 usage, 3 a venue failed while running.
"""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from bellwether.cli import (
    bench as bench_command,
    explain as explain_command,
    market as market_command,
    replay as replay_command,
    serve as serve_command,
    verify as verify_command,
)
from bellwether.cli.feed import command as feed_command
from bellwether.cli.history import export as export_command
from bellwether.cli.history.certificate import certificate
from bellwether.cli.lab import command as lab_command
from bellwether.cli.operator import command as operator_command
from bellwether.cli.trade import command as trade_command

app = typer.Typer(
    name="bellwether",
    help="An exchange for pre-IPO perpetuals whose every number can be recomputed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve_command.serve)
app.command("verify")(verify_command.verify)
app.command("explain")(explain_command.explain)
app.command("export")(export_command.export)
app.command("replay")(replay_command.run)
app.command("bench")(bench_command.bench)
app.add_typer(market_command.market, name="market")
app.add_typer(trade_command.trade, name="trade")
app.add_typer(operator_command.operator, name="operator")
app.add_typer(lab_command.lab, name="lab")
app.add_typer(feed_command.feed, name="feed")
app.add_typer(certificate, name="certificate")


@app.command("vectors")
def vectors(
    files: Annotated[list[str], typer.Argument(help="Files of worked examples.")],
) -> None:
    """Run worked examples through the functions the engine uses.

    Exit codes: 0 all passed, 1 some failed.
    """
    from bellwether.cli.vectors import run_vectors

    raise typer.Exit(run_vectors(files, print))


@app.command("version")
def version(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print the version, and whether the core is compiled."""
    from bellwether import __version__
    from bellwether.units import division

    compiled = not str(division.__file__).endswith(".py")
    if as_json:
        print(json.dumps({"version": __version__, "compiled": compiled}))
    else:
        print(f"bellwether {__version__} ({'compiled' if compiled else 'interpreted'} core)")


def main() -> None:
    """Entry point of the `bellwether` command."""
    try:
        app()
    except BrokenPipeError:
        # The reader has gone, as in `bellwether replay … | head`.
        sys.stderr.close()


if __name__ == "__main__":
    main()

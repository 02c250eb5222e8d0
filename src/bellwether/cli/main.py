"""`bellwether`: the commands for people (chapter 10).

Results go to stdout, errors and progress to stderr. Exit codes: 0 done, 1 the outcome is negative
(a difference, a failed example, unusable files), 2 usage, 3 a venue failed while running.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from typing import Annotated

import typer

from bellwether.cli import market as market_command
from bellwether.cli import replay as replay_command
from bellwether.cli import serve as serve_command
from bellwether.cli import verify as verify_command
from bellwether.cli.refusal import refuse

_BENCH_MODULE = "bellwether.bench.main"

app = typer.Typer(
    name="bellwether",
    help="An exchange for pre-IPO perpetuals whose every number can be recomputed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve_command.serve)
app.command("verify")(verify_command.verify)
app.command("replay")(replay_command.run)
app.add_typer(market_command.market, name="market")


@app.command("vectors")
def vectors(
    files: Annotated[list[str], typer.Argument(help="Files of worked examples.")],
) -> None:
    """Run worked examples through the functions the engine uses.

    Exit codes: 0 all passed, 1 some failed.
    """
    from bellwether.cli.vectors import run_vectors

    raise typer.Exit(run_vectors(files, print))


@app.command("bench", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context) -> None:
    """Run the benchmarks, each with its workload printed."""
    if importlib.util.find_spec(_BENCH_MODULE.rpartition(".")[0]) is None:
        refuse("the benchmarks are not part of this installation", 1)
    raise typer.Exit(importlib.import_module(_BENCH_MODULE).main(context.args))


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

"""`bellwether feed run|check|sign`; the work itself is in `work`, imported when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bellwether.cli.access.keys import KeyFileOption, KeyRingOption
from bellwether.cli.access.place import JsonOption
from bellwether.cli.operator.desk import DevOperatorOption, signing_key

ConfigArgument = Annotated[Path, typer.Argument(metavar="CONFIG", help="A TOML file.")]
UrlOption = Annotated[
    str,
    typer.Option("--url", envvar="BELLWETHER_URL", help="The venue, if not as CONFIG says."),
]

feed = typer.Typer(
    no_args_is_help=True,
    help="Bring prices and valuations from outside to a running venue, as signed acts.",
)


@feed.command("run")
def run(
    config_file: ConfigArgument,
    once: Annotated[
        bool, typer.Option("--once", help="Read the files of valuations once and end.")
    ] = False,
    url: UrlOption = "",
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Progress and totals as lines of JSON.")
    ] = False,
) -> None:
    """Feed a venue until SIGTERM or Ctrl-C; progress goes to stderr.

    Exit codes: 0 stopped on request or all read, 1 with --once something did not answer, 2 usage.
    """
    from bellwether.cli.feed import work

    config = work.configuration(config_file, url)
    named = (key_file, key_ring, dev_operator)
    if named == (None, None, None) and config.venue.key_file:
        key_file = config.path(config.venue.key_file)
    key = signing_key(key_file, key_ring, dev_operator)
    raise typer.Exit(work.run(config_file, config, key, once, as_json))


@feed.command("check")
def check(config_file: ConfigArgument, url: UrlOption = "", as_json: JsonOption = False) -> None:
    """Say what CONFIG would do now: today's sessions, whether venue and sources answer.

    Nothing is sent, and no key of the venue is needed. Exit codes: 0 all answers, 1 something does
    not, 2 usage.
    """
    from bellwether.cli.feed import work

    config = work.configuration(config_file, url)
    raise typer.Exit(work.check(config_file, config, as_json))


@feed.command("sign")
def sign(
    entries: Annotated[
        Path, typer.Argument(metavar="ENTRIES", help="JSON lines without signatures.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Where the signed entries are added.")],
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
) -> None:
    """Sign observations for a file of valuations; says whose signature it is.

    Whether an entry obeys the rules is for whoever reads it: `feed check` tells.
    """
    from bellwether.cli.feed import work

    print(work.sign(entries, out, signing_key(key_file, key_ring, dev_operator)))

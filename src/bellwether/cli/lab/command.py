"""The family of `bellwether lab` commands (chapter 10)."""

from __future__ import annotations

import typer

from bellwether.cli.lab import attack, campaigns, conversion, fuzz, markets, simulate

lab = typer.Typer(
    no_args_is_help=True,
    help="Experiments: recorded markets, attacked ones, and venues in which everything fails.",
)
lab.callback()(lambda: None)
lab.command("conversion")(conversion.conversion)
lab.command("attack")(attack.attack)
lab.command("simulate")(simulate.simulate)
lab.command("canary")(simulate.canary)
lab.command("flipped-bits")(campaigns.flipped_bits)
lab.command("torn-writes")(campaigns.torn_writes)
lab.command("crash-points")(campaigns.crash_points)
lab.command("power-cuts")(campaigns.power_cuts)
lab.command("cascades")(markets.cascades)
lab.command("lying-sources")(markets.lying_sources)
lab.command("fuzz-decoders")(fuzz.fuzz_decoders)
lab.command("fuzz-http")(fuzz.fuzz_http)
lab.command("fuzz-websocket")(fuzz.fuzz_websocket)

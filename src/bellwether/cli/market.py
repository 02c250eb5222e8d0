"""`bellwether market`: specifications with what differs from their presets (INST-2)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from bellwether.cli.access.venue import DEFAULT_URL, UrlOption as VenueOption
from bellwether.cli.refusal import refuse
from bellwether.node.errors import GenesisInvalid
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.presets import PRESETS, differences
from bellwether.units.clock_text import TimeError, format_time_ns, parse_time_ns
from bellwether.units.quantities import NS_PER_MS, NS_PER_S, PRICE_AND_SIZE_DECIMALS
from bellwether.units.text import format_decimal

market = typer.Typer(no_args_is_help=True, help="Specifications of markets and presets.")

GenesisOption = Annotated[
    Path | None, typer.Option(help="Genesis file; the dev world's markets if absent.")
]
UrlOption = Annotated[
    str | None, typer.Option(help="A running venue, such as http://127.0.0.1:3001.")
]
VersionOption = Annotated[
    int, typer.Option(min=0, help="With --url: an earlier version; the one in force if absent.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON for programs.")]

_TIMES = frozenset(
    {
        "launch_time",
        "anticipated_listing_time",
        "outside_launch_time",
        "settlement_deadline",
        "share_count_as_of",
    }
)


@market.command("list")
def list_markets(
    genesis: GenesisOption = None, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """Every market: name, dex, preset, reference, band, launch."""
    if url is not None:
        _print_index(_ask(url, {"type": "specificationIndex"}), as_json)
        return
    specs = _specs(genesis)
    if as_json:
        print(json.dumps([msgspec.to_builtins(spec) for spec in specs]))
        return
    table = Table("market", "dex", "preset", "reference", "band", "leverage", "launch")
    table.columns[-1].no_wrap = True
    for spec in specs:
        table.add_row(
            spec.symbol,
            spec.dex or "main",
            spec.preset,
            _price(spec, spec.reference_atoms),
            f"±{format_decimal(spec.oracle.band_e12, 10)} %",
            f"{spec.max_leverage}x",
            _shown("launch_time", spec.launch_time),
        )
    Console().print(table)


@market.command("show")
def show(
    symbol: Annotated[str, typer.Argument(help="A market, or a preset.")],
    genesis: GenesisOption = None,
    url: UrlOption = None,
    version: VersionOption = 0,
    as_json: JsonOption = False,
) -> None:
    """The whole specification; what differs from the preset is marked with *."""
    spec = _find(symbol, genesis, url, version)
    values: dict[str, Any] = msgspec.to_builtins(spec)
    if as_json:
        print(json.dumps(values))
        return
    differing = differences(spec).keys() - {"symbol", "dex"} if spec.symbol else set()
    title = f"{spec.symbol or symbol} (preset {spec.preset}, version {spec.version})"
    table = Table("", "field", "value", title=title)
    for name, value in values.items():
        table.add_row("*" if name in differing else "", name, _shown(name, value))
    Console().print(table)


@market.command("diff")
def diff(
    symbol: Annotated[str, typer.Argument(help="A market.")],
    genesis: GenesisOption = None,
    url: UrlOption = None,
    version: VersionOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Only what differs from the preset."""
    spec = _find(symbol, genesis, url, version)
    found = {
        name: (msgspec.to_builtins(theirs), msgspec.to_builtins(ours))
        for name, (theirs, ours) in differences(spec).items()
    }
    if as_json:
        print(json.dumps({n: {"preset": t, "market": o} for n, (t, o) in found.items()}))
        return
    table = Table("field", f"preset {spec.preset}", spec.symbol)
    for name, (theirs, ours) in found.items():
        if isinstance(ours, dict):
            for inner, value in ours.items():
                if theirs is None or theirs[inner] != value:
                    was = "none" if theirs is None else str(theirs[inner])
                    table.add_row(f"{name}.{inner}", was, str(value))
        else:
            table.add_row(name, _shown(name, theirs), _shown(name, ours))
    Console().print(table)


@market.command("capital")
def capital(
    symbol: Annotated[str, typer.Argument(help="A market of the venue.")],
    url: VenueOption = DEFAULT_URL,
    time: Annotated[str, typer.Option(help="The quotes of a past moment, UTC.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Share counts as they were told, by whom and why, and the two quotes; indicative."""
    asked: dict[str, Any] = {"type": "capitalStructure", "coin": symbol}
    if time:
        asked["time"] = _milliseconds(time)
    told = _ask(url, asked)
    if as_json:
        print(json.dumps(told))
        return
    columns = ("since", "version", "kind", "shares", "unit", "source", "as of", "grounds")
    table = Table(*columns)
    for line in told["history"]:
        table.add_row(
            _moment(line["time"]),
            str(line["version"]),
            line["kind"],
            str(line["shareCount"] or "unknown"),
            line["priceUnit"],
            line["source"] or "",
            _moment(line["asOf"]) if line["asOf"] else "",
            line["grounds"] or "",
        )
    Console().print(table)
    quote = told["quote"]
    share, valuation = quote["sharePx"] or "unknown", quote["valuation"] or "unknown"
    print(f"at {_moment(quote['time'])}: a share {share} USD, the company {valuation} USD")
    print(told["notice"])


def _milliseconds(text: str) -> int:
    try:
        return parse_time_ns(text) // NS_PER_MS
    except TimeError as error:
        refuse(f"--time: {error}")


def _moment(time_ms: int) -> str:
    return format_time_ns(time_ms * NS_PER_MS).replace(".000Z", "Z")


def _specs(path: Path | None) -> tuple[InstrumentSpec, ...]:
    from bellwether.node.clock import SystemClock
    from bellwether.node.founding.genesis import dev_genesis
    from bellwether.node.founding.genesis_file import load_genesis

    now = SystemClock().time_ns()
    now -= now % NS_PER_S
    try:
        return (dev_genesis(now) if path is None else load_genesis(path, now)).markets
    except GenesisInvalid as error:
        refuse(str(error))


def _find(symbol: str, path: Path | None, url: str | None, version: int) -> InstrumentSpec:
    """A market of the venue asked, of the genesis file or of the dev world; or a preset."""
    if url is not None and symbol not in PRESETS:
        asked: dict[str, Any] = {"type": "marketSpec", "coin": symbol}
        if version:
            asked["version"] = version
        return msgspec.convert(_ask(url, asked)["specification"], InstrumentSpec)
    specs = _specs(path)
    for spec in specs:
        if spec.symbol == symbol:
            return spec
    if symbol not in PRESETS:
        known = ", ".join([spec.symbol for spec in specs] + sorted(PRESETS))
        refuse(f"{symbol!r} is neither a market nor a preset; there are {known}")
    return PRESETS[symbol]


def _price(spec: InstrumentSpec, atoms: int) -> str:
    return format_decimal(atoms, PRICE_AND_SIZE_DECIMALS - spec.size_decimals)


def _shown(name: str, value: Any) -> str:
    if name in _TIMES:
        return format_time_ns(value).replace(".000Z", "Z") if value else "none"
    return json.dumps(value) if isinstance(value, dict | list | bool) else str(value)


def _ask(url: str, question: dict[str, Any]) -> Any:
    """The answer of a running venue's /info."""
    if not url.startswith(("http://", "https://")):
        refuse(f"--url {url}: expected http:// or https://")
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
        url.rstrip("/") + "/info",
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
            return json.load(reply)
    except urllib.error.HTTPError as error:
        refuse(f"{url} answered {error.code}: {error.read(500).decode(errors='replace')}", 1)
    except (OSError, ValueError) as error:
        refuse(f"{url} does not answer: {error}", 1)


def _print_index(index: Any, as_json: bool) -> None:
    if as_json or not isinstance(index, list) or not index:
        print(json.dumps(index))
        return
    columns = [name for name, value in index[0].items() if not isinstance(value, dict | list)]
    table = Table(*columns)
    for row in index:
        table.add_row(*(str(row.get(name, "")) for name in columns))
    Console().print(table)

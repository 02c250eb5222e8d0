"""The recorded CBRS market gives the references that its venue published (PRICE-13)."""

import csv
from itertools import pairwise
from pathlib import Path

from bellwether.formulas.discovery import DiscoveryPolicy, DiscoveryPrices
from bellwether.units.clock_text import parse_time_ns
from bellwether.units.text import parse_decimal

TAPE = Path(__file__).parents[2] / "data" / "cbrs_prints.csv"
S = 10**9
QUARTER_HOUR = 900 * S
PUBLISHED = [
    ("218.75", "2026-05-01T10:14Z", "2026-05-01T10:39Z"),
    ("273.4375", "2026-05-01T11:34Z", "2026-05-01T11:39Z"),
    ("205.078125", "2026-05-04T22:14Z", "2026-05-04T22:24Z"),
    ("256.34765625", "2026-05-05T06:39Z", "2026-05-05T06:44Z"),
]
LAST_REFERENCE = "320.4345703125"


def prints() -> list[tuple[int, int]]:
    """Return (time, price atoms) of each print, at three size decimals."""
    with TAPE.open(newline="", encoding="utf-8") as file:
        return [
            (
                parse_time_ns(row["time_utc"].replace(" ", "T") + "Z"),
                parse_decimal(row["price_usd"], 3),
            )
            for row in csv.DictReader(file)
        ]


def re_anchors() -> list[tuple[int, int]]:
    """Return (time, reference) of each re-anchor, one update every three seconds."""
    policy = DiscoveryPolicy(250 * S, 900 * S, 4, 1_800 * S, 180 * S, 5_000, 150 * S)
    prices = DiscoveryPrices(175_000 * 10**9, policy.band_e12)
    tape = prints()
    found: list[tuple[int, int]] = []
    for (start, price), (end, _) in pairwise(tape):
        fine = price * 10**9
        for time_ns in range(start, end, 3 * S):
            if prices.update(policy, time_ns, fine, fine, price, price, price):
                found.append((time_ns, prices.reference_fine))
    return found


def test_the_cbrs_tape_gives_the_published_references_in_order() -> None:
    found = re_anchors()
    expected = [parse_decimal(text, 12) for text, _, _ in PUBLISHED]
    expected.append(parse_decimal(LAST_REFERENCE, 12))
    assert [reference for _, reference in found] == expected
    for (time_ns, _), (_, first, last) in zip(found, PUBLISHED, strict=False):
        assert parse_time_ns(first) - QUARTER_HOUR <= time_ns
        assert time_ns <= parse_time_ns(last) + QUARTER_HOUR

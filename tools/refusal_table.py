"""The table of refusals (ORD-5), from the code: `python tools/refusal_table.py` writes it anew."""

from __future__ import annotations

from pathlib import Path

from bellwether.gateway.hyperliquid.refusals import TEXTS
from bellwether.schema import rejects

TARGET = Path(__file__).resolve().parents[1] / "docs" / "reference" / "refusals.md"

HEAD = """# Refusals

Every refusal of the venue (ORD-5): its number, which is never reused, its sentence, and the words
that clients of the Hyperliquid dialect look for. Written by `python tools/refusal_table.py`; a test
compares it with the code.

What stands in braces is filled in: `asset` the asset id, `bid` and `ask` the best prices, `minimum`
the least order value in USD, `user` the signer's address, `account` the address acted for, `nonce`
the nonce sent, `detail` the bound it missed and `usd` the same as an amount."""

BANDS = {
    1: "The request as a whole",
    2: "Placing an order",
    3: "Cancelling and modifying",
    4: "Account settings",
    5: "Operators and founding",
}


def table() -> str:
    """The whole document."""
    lines = [HEAD]
    for band, title in BANDS.items():
        lines += [f"\n## {band}xx: {title}\n", "| number | name | sentence | Hyperliquid dialect |"]
        lines.append("|---|---|---|---|")
        for name, number in _numbers():
            if number // 100 == band:
                words = TEXTS.get(number, rejects.SENTENCES[number])
                sentence = rejects.SENTENCES[number]
                lines.append(f"| {number} | `{name}` | {sentence} | `{words}` |")
    return "\n".join(lines) + "\n"


def _numbers() -> list[tuple[str, int]]:
    named = [
        (name, value)
        for name, value in vars(rejects).items()
        if name.isupper() and isinstance(value, int) and value
    ]
    return sorted(named, key=lambda item: item[1])


if __name__ == "__main__":
    TARGET.write_text(table(), encoding="utf-8")

"""The private key that a command signs with.

It comes from a file, from the system's key ring, or in a dev world from its public list. It is
never printed, and never taken from the command line itself, where others could read it.
"""

from __future__ import annotations

import importlib
import os
import re
import stat
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from bellwether.cli.refusal import refuse
from bellwether.gateway.hyperliquid.wallet import Wallet

KEY_FILE_VARIABLE: Final = "BELLWETHER_KEY_FILE"
KEY_RING_SERVICE: Final = "bellwether"

_KEY: Final = re.compile(r"(?:0x)?([0-9a-fA-F]{64})", re.ASCII)

KeyFileOption = Annotated[
    Path | None,
    typer.Option(
        "--key-file", help=f"File with a private key in hex; else ${KEY_FILE_VARIABLE} names one."
    ),
]
KeyRingOption = Annotated[
    str | None,
    typer.Option("--key-ring", help="Name of a key in the system key ring (package keyring)."),
]


class KeySource(msgspec.Struct, frozen=True):
    """Where the key lies; `dev_role` with its number names a public key of the dev world."""

    key_file: Path | None = None
    key_ring: str | None = None
    dev_role: str | None = None
    dev_number: int | None = None


def key_of(source: KeySource, hint: str) -> bytes:
    """The private key of 32 bytes; ends the command with what to do if there is none."""
    named = [source.key_file is not None, source.key_ring is not None, source.dev_role is not None]
    if sum(named) > 1:
        refuse("give one key only: --key-file, --key-ring or a key of the dev world")
    if source.dev_role is not None:
        from bellwether.node.founding.dev_keys import dev_key

        return dev_key(source.dev_role, source.dev_number)
    if source.key_ring is not None:
        return _ring_key(source.key_ring)
    path = source.key_file
    if path is None and os.environ.get(KEY_FILE_VARIABLE):
        path = Path(os.environ[KEY_FILE_VARIABLE])
    if path is None:
        refuse(f"no key: give --key-file FILE or set {KEY_FILE_VARIABLE}; {hint}")
    return _file_key(path)


def _file_key(path: Path) -> bytes:
    try:
        text = path.read_text(encoding="ascii").strip()
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not ASCII text"
        refuse(f"--key-file {path}: {reason}")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        print(
            f"bellwether: warning: others may read {path}; `chmod 600 {path}` keeps the key yours",
            file=sys.stderr,
        )
    return _parsed(text, f"--key-file {path}")


def _ring_key(name: str) -> bytes:
    try:
        ring: Any = importlib.import_module("keyring")
    except ImportError:
        refuse(
            "--key-ring needs the package keyring, which is not installed: `pip install keyring`, "
            "or use --key-file"
        )
    text = ring.get_password(KEY_RING_SERVICE, name)
    if text is None:
        refuse(
            f"--key-ring {name}: the key ring holds no such key; store one with "
            f"`keyring set {KEY_RING_SERVICE} {name}`"
        )
    return _parsed(str(text).strip(), f"--key-ring {name}")


def _parsed(text: str, where: str) -> bytes:
    """The key; what is wrong with it is said without showing it."""
    match = _KEY.fullmatch(text)
    if match is None:
        refuse(f"{where}: expected a private key of 64 hexadecimal digits and nothing else")
    key = bytes.fromhex(match[1])
    try:
        Wallet(key)
    except ValueError:
        refuse(f"{where}: no curve point belongs to this key")
    return key

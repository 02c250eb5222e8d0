"""The SQLite file beneath the views: opening it, its version, and numbers for addresses.

Nothing in it is precious: the journal holds everything, so writes are not synced, and a file that
is damaged or written by another version is thrown away and built again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

VERSION: Final = 11
"""Goes up with every change of a table; a file of another version is rebuilt."""

IN_MEMORY: Final = ":memory:"
COMMIT_COMMANDS: Final = 1_024
"""A transaction is closed after as many commands."""

_CACHE_KIB: Final = 16_384
"""The library's cache of pages fills up to this and stays. With four times as much a million orders
are written no faster."""

_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = OFF",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA cache_size = -{_CACHE_KIB}",
)

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS progress"
    " (one INTEGER PRIMARY KEY, version INTEGER, seq INTEGER, record_hash BLOB)",
    "CREATE TABLE IF NOT EXISTS users (number INTEGER PRIMARY KEY, address BLOB UNIQUE)",
)


class ViewsDamaged(Exception):
    """The file is no SQLite database, is damaged, or was written by another version."""


class Moment:
    """Where in the journal the event at hand stands: its command's number and its own time."""

    __slots__ = ("seq", "time_ms", "time_ns")

    def __init__(self) -> None:
        self.seq = 0
        self.time_ns = 0
        self.time_ms = 0

    def move_to(self, time_ns: int) -> None:
        """Set the time of the events that follow."""
        self.time_ns = time_ns
        self.time_ms = time_ns // 1_000_000


class Rows:
    """What is to be written, by statement. Each table has one statement that writes it, so rows of
    several batches can go in together."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Any]] = {}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def add(self, statement: str, rows: Iterable[Any]) -> None:
        """Rows for a statement, in the order in which they are to be written."""
        self._rows.setdefault(statement, []).extend(rows)

    def write(self, connection: sqlite3.Connection) -> None:
        """Writes all of them."""
        for statement, rows in self._rows.items():
            connection.executemany(statement, rows)
        self._rows.clear()


class Store:
    """An open file, the number of the last command in it, and a small number for each address.

    `record_hash` is that of the journal's record which ends with that command: it tells whether
    the file was built from the journal at hand. Empty where nobody said.
    """

    def __init__(self, path: str) -> None:
        """Open or create the file; raises ViewsDamaged."""
        self.path = path
        self.rows = Rows()
        self._is_broken = False
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._numbers: dict[bytes, int] = {}
        self._addresses: list[bytes] = [b""]
        self._new_users: list[tuple[int, bytes]] = []
        self._uncommitted = 0
        try:
            self._prepare()
        except (sqlite3.DatabaseError, TypeError) as error:
            self._connection.close()
            raise ViewsDamaged(f"{path}: {error}") from error
        except ViewsDamaged:
            self._connection.close()
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        """For reading: what has been applied is written first."""
        if self.rows:
            self.flush()
        return self._connection

    def _prepare(self) -> None:
        for statement in _PRAGMAS + _SCHEMA:
            self._connection.execute(statement)
        self._check_pages()
        version = self._connection.execute("SELECT version FROM progress").fetchone()
        if version is None:
            self._connection.execute("INSERT INTO progress VALUES (1, ?, 0, x'')", (VERSION,))
        elif version[0] != VERSION:
            raise ViewsDamaged(f"{self.path}: written by version {version[0]}, this is {VERSION}")
        row = self._connection.execute("SELECT seq, record_hash FROM progress").fetchone()
        self.applied_seq = int(row[0])
        self.record_hash = bytes(row[1])
        for number, address in self._connection.execute("SELECT * FROM users ORDER BY number"):
            self._numbers[bytes(address)] = int(number)
            self._addresses.append(bytes(address))

    def _check_pages(self) -> None:
        """Writes are not synced, so a machine that lost power may have left half of them."""
        found = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if found[0] != "ok":
            raise ViewsDamaged(f"{self.path}: {found[0]}")

    def number_of(self, address: bytes) -> int:
        """Return the number of an address; a new one is given to an address not seen before."""
        number = self._numbers.get(address)
        if number is None:
            number = len(self._addresses)
            self._numbers[address] = number
            self._addresses.append(address)
            self._new_users.append((number, address))
        return number

    def find(self, address: bytes) -> int:
        """Return the number of an address, or 0 for one that no event has named."""
        return self._numbers.get(address, 0)

    def address_of(self, number: int) -> bytes:
        """Return the address behind a number."""
        return self._addresses[number]

    def flush(self) -> None:
        """Write what has been applied into the open transaction."""
        try:
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            self.rows.write(self._connection)
        except sqlite3.Error:
            # Half of it must not be kept: the file stays where it was committed last.
            self._is_broken = True
            self._connection.rollback()
            raise

    def advance(self, seq: int, record_hash: bytes) -> None:
        """Command `seq` is the last applied; it is committed with everything before it.

        A transaction holds several batches: what a crash takes is read from the journal again.
        """
        self._uncommitted += seq - self.applied_seq
        self.applied_seq = seq
        self.record_hash = record_hash
        if self._uncommitted >= COMMIT_COMMANDS:
            self.commit()

    def commit(self) -> None:
        """Write everything and close the transaction, if one is open."""
        if self._is_broken:
            return
        if self._uncommitted or self.rows:
            self.flush()
        if not self._connection.in_transaction:
            return
        if self._new_users:
            self._connection.executemany("INSERT INTO users VALUES (?, ?)", self._new_users)
            self._new_users = []
        done = (self.applied_seq, self.record_hash)
        self._connection.execute("UPDATE progress SET seq = ?, record_hash = ?", done)
        self._connection.execute("COMMIT")
        self._uncommitted = 0

    def close(self) -> None:
        """Commit and close the file."""
        self.commit()
        self.abandon()

    def abandon(self) -> None:
        """Close the file as it was committed last."""
        self._connection.close()


def discard(path: str) -> None:
    """Delete the file and what SQLite keeps beside it."""
    if path == IN_MEMORY:
        return
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(path + suffix).unlink(missing_ok=True)

"""A load as a program of its own: it says `ready`, gets the word, and prints its outcome."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TypeVar, final

import msgspec

from bellwether.lab.bench.report import BenchFailed

_STOP_S: Final = 10

T = TypeVar("T")


@final
class LoadProgram:
    """`python -m module arguments`, ready; ends with the context. Raises BenchFailed."""

    def __init__(self, module: str, *arguments: object) -> None:
        self._module = module
        self._program = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._program.stdout is not None, "it says when it is ready"
        if self._program.stdout.readline().strip() != "ready":
            _, errors = self._program.communicate()
            raise BenchFailed(f"{module} did not come up:\n{errors}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._program.communicate("go\n" if self._program.returncode is None else None, _STOP_S)
        except (subprocess.TimeoutExpired, ValueError):
            self._program.kill()
            self._program.wait()

    def outcome(
        self,
        kind: type[T],
        longest_s: float,
        look: Callable[[], None] | None = None,
        every_s: float = 1.0,
    ) -> T:
        """Gives the word and waits; `look` is called now and then meanwhile. Raises BenchFailed."""
        began = time.monotonic()
        word: str | None = "go\n"
        while True:
            try:
                pause = longest_s if look is None else every_s
                said, errors = self._program.communicate(word, timeout=pause)
                break
            except subprocess.TimeoutExpired:
                word = None
                if look is not None and time.monotonic() - began < longest_s:
                    look()
                    continue
                self._program.kill()
                self._program.communicate()
                raise BenchFailed(f"{self._module} was not done in {longest_s:.0f} s") from None
        if self._program.returncode != 0:
            raise BenchFailed(f"{self._module} failed:\n{errors}")
        return msgspec.json.decode(said, type=kind)

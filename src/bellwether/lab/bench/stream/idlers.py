"""Many who connect and say nothing: `python -m … HOST PORT COUNT` opens the sockets, says `ready`,
and holds them until a line comes on its standard input."""

from __future__ import annotations

import sys

from bellwether.lab.bench.stream.sockets import opened


def main(host: str, port: int, count: int) -> None:
    held = [opened(host, port) for _ in range(count)]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for made in held:
        made.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

"""The life of a venue that calls durable what lies in memory: a program for test_power_cuts."""

from __future__ import annotations

import sys
from unittest.mock import patch

import msgspec

from bellwether.journal import RealDisk
from bellwether.testing.campaigns.power.venue_life import Plan, live

if __name__ == "__main__":
    plan = msgspec.json.decode(sys.argv[1], type=Plan)
    with patch.object(RealDisk, "fdatasync", lambda *_: None):
        live(msgspec.structs.replace(plan, in_process=False))

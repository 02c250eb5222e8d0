"""Faults of the disk in great numbers: every bit, every torn write, every call a kill can hit."""

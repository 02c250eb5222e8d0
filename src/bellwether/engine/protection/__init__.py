"""Maker protection: orders that would take wait a moment before they may (ORD-2)."""

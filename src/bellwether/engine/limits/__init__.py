"""Limits that follow the state of a market: caps on open interest (MARG-7, MARG-8)."""

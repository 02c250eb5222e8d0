"""Traders that reach a venue as anybody does: through its public API."""

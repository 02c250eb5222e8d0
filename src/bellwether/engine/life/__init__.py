"""The life of a market: its phases, listing, conversion, settlement, change of units (LIFE)."""

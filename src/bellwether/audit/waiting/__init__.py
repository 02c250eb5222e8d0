"""Orders that wait for a price, or for time (ORD-1, ORD-2)."""

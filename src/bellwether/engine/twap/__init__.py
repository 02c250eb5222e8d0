"""TWAP orders: worked off in sub-orders, by a schedule and by timers (ORD-1)."""

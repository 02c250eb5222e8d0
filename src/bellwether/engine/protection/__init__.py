"""Protections of trading: takers wait a moment (ORD-2), markets for fresh prices (PRICE-20a)."""

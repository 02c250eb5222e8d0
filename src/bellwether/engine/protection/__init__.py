"""Protections of trading: takers wait (ORD-2), markets for prices (PRICE-20a), all for the disk."""

"""Signed observations of what a company is worth, from a file or an address (PRICE-14)."""

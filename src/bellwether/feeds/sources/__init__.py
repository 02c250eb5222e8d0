"""Providers of a listed share's prices, each in its own format (PRICE-19)."""

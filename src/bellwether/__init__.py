"""Bellwether: a venue for perpetual contracts on companies before they list."""

__version__ = "0.1.0"

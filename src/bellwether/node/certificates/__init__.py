"""Certificates of liquidations: made out of the journal, and checked by a program of its own."""

"""Formulas of caps on open interest and of what a manipulation would cost (MARG-7, MARG-8)."""

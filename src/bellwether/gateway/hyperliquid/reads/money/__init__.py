"""Reads about money on its way out, and who signs for it (RULE-9, RULE-10)."""

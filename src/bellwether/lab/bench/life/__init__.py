"""How fast time passes: an idle venue's days, and a market's steps whoever holds it."""

"""Actions of the dialect as typed structs: their common parts, accounts, and foreign features."""

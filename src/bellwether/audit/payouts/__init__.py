"""Money on its way out, and accounts that several keys sign for (RULE-9, RULE-10)."""

"""What becomes of markets: operators' acts, phases, ends, changes of units (LIFE, RULE-2)."""

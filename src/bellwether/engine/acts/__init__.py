"""What operators do to markets: listing, changes, phases, inputs, halts, deployers (RULE-2)."""

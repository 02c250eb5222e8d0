"""Actions that several signers of an account have signed (§3.1 of the API notes, RULE-10)."""

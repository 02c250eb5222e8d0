"""Money on its way out: asked for, approved, paid or returned (RULE-9)."""

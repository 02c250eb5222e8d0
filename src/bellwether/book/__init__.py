"""Price-time priority matching of one market (ORD-2). Knows orders, not accounts."""

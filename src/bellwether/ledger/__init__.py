"""Double entry: every movement of money takes from one account what it gives to another."""

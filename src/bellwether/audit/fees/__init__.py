"""What trading costs, and whose it is (ORD-7)."""

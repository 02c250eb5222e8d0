"""What trading costs: volumes by day, and the rates that they earn (ORD-7)."""

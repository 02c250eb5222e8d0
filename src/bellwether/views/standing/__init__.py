"""What became of orders that the venue works off over time."""

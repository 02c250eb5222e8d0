"""What of a stream of prints becomes a price from outside (PRICE-19): pure functions, exact."""

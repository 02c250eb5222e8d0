"""Signed orders over HTTP: the venue, the orders and who sends them."""

"""`bellwether feed`: prices and valuations from outside, sent to a running venue (PRICE-19)."""

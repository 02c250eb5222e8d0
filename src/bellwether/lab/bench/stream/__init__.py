"""Market data over WebSockets: a market that changes, and many who watch it."""

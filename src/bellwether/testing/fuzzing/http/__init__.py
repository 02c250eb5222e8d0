"""The HTTP surface of a running venue: its description, and requests drawn from it."""

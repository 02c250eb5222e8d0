"""Experiments for people: `bellwether lab …`."""

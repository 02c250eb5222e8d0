"""The history of a venue as files: out of the journal, per market and day (IFACE-9)."""

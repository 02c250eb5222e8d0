"""Several processes in front of one venue: they hold the clients' connections (0047)."""

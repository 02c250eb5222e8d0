"""How a command reaches a running venue: where it is, whose key signs, how the outcome is told."""

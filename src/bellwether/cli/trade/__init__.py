"""`bellwether trade`: a trader's commands against a running venue, over its public API."""

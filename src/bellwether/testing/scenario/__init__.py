"""Scenario tables: a command line, `----`, and everything the engine did, in plain words."""

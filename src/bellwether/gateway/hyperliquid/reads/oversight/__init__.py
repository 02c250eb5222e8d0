"""Reads of what operators do and work with: their keys, proposals, decisions, outside sources."""

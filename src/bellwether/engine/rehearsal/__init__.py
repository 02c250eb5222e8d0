"""Matching tried on a copy: what all-or-nothing orders ask before they are accepted (ORD-1)."""

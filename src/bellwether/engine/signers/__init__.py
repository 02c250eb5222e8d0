"""Accounts that several keys sign for together (RULE-10)."""

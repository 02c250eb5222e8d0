"""Signed acts of operators, custodian and compliance (chapter 10, RULE-1)."""

"""Pure integer formulas, one chapter of the specification per file.

A function takes and returns ``int``; a missing price is -1. Names end in the unit: ``_atoms``,
``_fine``, ``_e6``, ``_e9``, ``_e12``, ``_e18``, ``_ns``.
"""

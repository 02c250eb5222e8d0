"""Integer units, decimal and time text, and every named division (chapter 01, UNIT).

Amounts are exact ``int``. The types are in ``quantities``, the divisions in ``division``.
"""

"""A naive venue written from the rules, to hold the engine against: lists, sorting, fractions."""

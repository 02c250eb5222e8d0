"""An independent model of the venue, written from the rules: it foretells the events of a journal.

Shares with the engine the words (`schema`) and nothing else; every number is made anew, in exact
fractions with a named rounding, from lists and dicts that are looked through each time.
"""

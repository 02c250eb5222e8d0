"""Losses (chapter 06): who is watched, who is liquidated, and who takes what is left."""

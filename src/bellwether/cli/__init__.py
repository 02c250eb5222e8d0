"""Commands for people (chapter 10)."""

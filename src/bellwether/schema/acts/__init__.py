"""Commands that act on markets of a running venue, and what a specification may say."""

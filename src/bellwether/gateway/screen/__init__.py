"""The web screen: files that were built from `web/`, served from memory (0049)."""

"""The whole state as bytes and back."""

"""The outer door: sessions, signatures, limits and the dialects clients speak."""

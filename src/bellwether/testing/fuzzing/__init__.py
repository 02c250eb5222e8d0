"""Bytes from outside, made wrong in every way: requests, frames, files and messages of feeds."""

"""The WebSocket of a running venue: frames that are none, and a protocol played against a model."""

"""The pure core: `Engine.apply(command, time_ns)` turns a command into events."""

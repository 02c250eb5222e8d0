"""The standard stream, as messages and as commands, and the yardstick that takes it too."""

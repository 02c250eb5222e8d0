"""What holds for all tests: examples are drawn without a clock, on however busy a machine."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")

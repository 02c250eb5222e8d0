"""Fakes of the world's faults, first-class and public: whoever builds on the venue may use them."""

from bellwether.testing.faulty_disk import FaultyDisk, Loss, PowerCut

__all__ = ["FaultyDisk", "Loss", "PowerCut"]

"""Chapter 06: liquidations that are followed and checked, and who bears what is lost."""

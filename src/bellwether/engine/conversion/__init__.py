"""From the private to the listed company: prices, listing day, ramp, treatments (LIFE-7)."""

"""The synthetic index of markets whose worth is only observed (PRICE-14 to PRICE-18)."""

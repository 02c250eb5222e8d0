"""What it costs to look for liquidations, and to carry them out, however many hold a market."""

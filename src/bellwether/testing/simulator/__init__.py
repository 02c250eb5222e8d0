"""The fault simulator: a seed gives a world with a real venue in it, and everything that fails."""

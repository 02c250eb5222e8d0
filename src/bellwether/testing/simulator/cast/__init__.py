"""Who acts in a simulated world, and what they can know of it."""

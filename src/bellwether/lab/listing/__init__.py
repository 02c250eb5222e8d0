"""A recorded listing, run through the engine: what a conversion would have looked like."""

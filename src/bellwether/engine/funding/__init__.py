"""What a book would give now, and the hours that are paid for by it (PRICE-3, FUND)."""

"""All state of a venue in one tree of plain objects."""

"""How a venue begins: the genesis command, written by hand or for the dev world."""

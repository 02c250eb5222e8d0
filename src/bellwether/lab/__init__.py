"""Studying markets: recorded prices, agents, scenarios. The only room with floats."""

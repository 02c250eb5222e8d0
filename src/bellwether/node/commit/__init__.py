"""Group commit: from a command handed over to one that is durable and published."""

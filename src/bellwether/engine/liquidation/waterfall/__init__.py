"""Who bears a loss, in this order (LIQ-5): book, vault or providers, fund, the other side."""

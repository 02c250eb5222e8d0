"""What operators may ask and nobody else: signed, and not journalled."""

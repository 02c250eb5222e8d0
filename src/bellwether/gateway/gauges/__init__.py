"""What `/metrics` reads when it is asked: the commit path, the event loop, the markets."""

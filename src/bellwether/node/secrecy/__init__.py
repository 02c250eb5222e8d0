"""What the venue keeps to itself: log lines without keys, processes without its environment."""

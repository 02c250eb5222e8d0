"""What `/info` answers, one family of request types per module."""

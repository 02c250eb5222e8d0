"""One file a family of commands: a column of refusals, then mutation that can not fail."""

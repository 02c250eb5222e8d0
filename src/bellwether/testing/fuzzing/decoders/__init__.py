"""Every decoder of bytes from outside as a function of bytes that fails where a rule is broken."""

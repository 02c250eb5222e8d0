"""WebSockets: what goes over one, and what is asked and answered on it."""

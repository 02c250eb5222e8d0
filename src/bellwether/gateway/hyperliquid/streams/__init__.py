"""What the WebSocket channels send: topics, their states, their events and their pace."""

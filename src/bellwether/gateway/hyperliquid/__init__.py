"""The Hyperliquid dialect: `/info`, `/exchange` and the WebSocket channels."""

"""What has been done to such venues, tried on the engine: who gains, who pays, and the bound."""

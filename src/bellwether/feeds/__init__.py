"""Outside prices, valuations and calendars, turned into signed acts of a running venue (PRICE-19).

A feed is an ordinary client of `POST /operator`: it knows the schema's words and the venue's public
answers, and nothing of the engine. `prices/` decides what of a stream of prints is worth sending,
`sources/` speak the formats of providers, `valuations/` reads signed entries; `runner` ties them
together. Signing and sending come in through the port `venue.Venue`.
"""

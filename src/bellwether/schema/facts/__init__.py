"""Events by what they are about; `schema.events` has all of them."""

"""The words on the wire and in the journal: commands, events, refusals, specifications."""

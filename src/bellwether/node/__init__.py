"""The imperative shell round the engine: clock, sequencer, recovery, snapshots, publication."""

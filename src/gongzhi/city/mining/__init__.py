"""What really happened: event logs out of the journal, variants, bottlenecks, hand-overs."""

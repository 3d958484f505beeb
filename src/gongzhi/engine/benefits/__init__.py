"""Benefits: who is entitled to what, from when, how much, and why."""

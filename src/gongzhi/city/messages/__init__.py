"""Messages to people on duty: who is called, by which channel, and what became of it."""

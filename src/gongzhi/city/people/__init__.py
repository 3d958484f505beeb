"""Who: accounts, residents without accounts, what is secret about them, and tokens for programs."""

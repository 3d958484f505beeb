"""Later: background jobs on leases, and periodic work."""

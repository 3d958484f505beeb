"""A mechanism run on arrivals and staff that do not exist yet: what a change would do to waiting."""

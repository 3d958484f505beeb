"""What a city remembers and shows: Django, in floors (see .importlinter)."""

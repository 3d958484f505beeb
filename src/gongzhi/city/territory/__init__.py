"""Where: areas, offices, posts, and who handles what where."""

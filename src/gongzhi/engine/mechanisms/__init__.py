"""A mechanism is a folder: this room reads it, checks it, runs its examples, compares, packs and starts new ones."""

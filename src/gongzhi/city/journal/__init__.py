"""What happened: facts in chains that nobody edits, and the queue of those that await reactions."""

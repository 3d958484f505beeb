"""Mechanisms: installed versions, what follows from facts, suggestions, figures. The running floor of the city."""

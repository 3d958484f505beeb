"""What a mechanism means: pure values and functions, no Django, no network, no clock of its own."""

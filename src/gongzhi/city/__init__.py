"""What a city remembers and shows: floors from the kernel up to the doors (docs: design, §2)."""

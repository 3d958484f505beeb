"""What the city can say of itself from records and cases together: what was cut, which powers are used, where projects stand.

Each module names, at its top, the registers and columns that it reads; where no installed mechanism brings them, it
says so and nothing else happens.
"""

"""Handing a mechanism to the next city: signed packages out, checks and a dry run on the way in."""

"""A mechanism's version tried in a few areas first, compared with the rest, then promoted or withdrawn."""

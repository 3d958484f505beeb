"""The kernel: clock, ids, paths, permissions, pagination, words for errors. Imports no other room of the city."""

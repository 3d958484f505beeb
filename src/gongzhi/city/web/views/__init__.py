"""One module per door; each view reads a query, or calls one action, and renders."""

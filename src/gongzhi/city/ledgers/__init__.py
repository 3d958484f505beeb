"""Double-entry books: points, funds."""

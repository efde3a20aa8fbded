"""Two sets of associations compared."""

"""A page that shows a solution in a browser: one file, which needs no network."""

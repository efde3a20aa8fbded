"""The solvers. They know rules and columns, and nothing of any instrument."""

"""The command line: one module a command, and nothing heavy before a command runs."""

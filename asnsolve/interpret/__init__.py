"""Readers of the rule language, one module per meaning: columns, constraint problem, English."""

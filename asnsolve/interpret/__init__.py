"""Readers of the rule language, one file a meaning: columns, constraint problem, English."""

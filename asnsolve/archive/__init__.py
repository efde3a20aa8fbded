"""Pools of many programs: solved in parts, kept in one file."""

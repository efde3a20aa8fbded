"""Associations: what they are, how they are named, checked and written."""

"""Associations changed by hand: members added, taken out, or copied with their files."""

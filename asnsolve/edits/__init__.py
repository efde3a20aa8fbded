"""Association files changed by hand: members added or removed, files copied along."""

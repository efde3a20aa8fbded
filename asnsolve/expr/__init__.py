"""The rule language: what can be said of an exposure and of a set of exposures."""

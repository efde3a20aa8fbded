"""The rule language: predicates on one exposure, constraints on a set of exposures."""

"""Graphs to look at: of a solution and of a rule set, as texts and pictures."""

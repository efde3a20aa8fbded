"""What two sets of associations do not have in common, and what a change of rules does."""

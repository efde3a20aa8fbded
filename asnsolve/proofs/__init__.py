"""What a rule set takes and what it leaves: proved over all exposures that there can be."""

"""Rules as data: what a rule is, and the rule sets that come with the package."""

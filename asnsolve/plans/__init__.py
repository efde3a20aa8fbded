"""Plans: associations as a text that is edited, checked against the rules, and written."""

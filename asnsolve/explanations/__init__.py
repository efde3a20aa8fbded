"""Why an exposure is where it is: trees of answers, which `str` turns into prose."""

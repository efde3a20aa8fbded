"""Why exposures are in their associations: answers as data, which `str` turns into prose."""

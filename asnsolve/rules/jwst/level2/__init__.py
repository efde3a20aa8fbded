"""Level 2: exposures calibrated one by one, with what serves them."""

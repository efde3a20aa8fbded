"""Level 2: exposures that are calibrated one by one, with the exposures that help."""

"""Level 3: calibrated exposures that are combined."""

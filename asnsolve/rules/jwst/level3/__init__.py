"""Level 3: exposures combined into one product."""

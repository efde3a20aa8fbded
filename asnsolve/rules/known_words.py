"""Words that rules may use besides attributes and their values: roles, levels, candidate types."""

from __future__ import annotations

from typing import Final

ROLES: Final = (
    *("science", "background", "psf", "imprint", "target_acquisition", "autoflat", "autowave"),
    *("dark", "flat", "engineering", "direct_image", "sourcecat", "segmap", "selfcal"),
    # No pipeline knows it: it is the role of exposures that a rule must not take.
    "other",
)
"""Roles of members."""

LEVELS: Final = (2, 3)
"""Levels of rules."""

CANDIDATE_TYPES: Final = (
    *("observation", "mosaic", "group", "background", "direct_image"),
    *("coronagraphy", "coronographic", "ami"),
)
"""Types of candidates that pools of the observatory name."""

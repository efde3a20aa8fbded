"""Exposures for tests: imaging of one target unless said otherwise."""

from __future__ import annotations

from asnsolve import Pool
from asnsolve.profiles import Profile


def exposure(name: str = "a", **cells: str) -> dict[str, str]:
    """Make the row of an exposure that `Asn_Image` takes; `cells` replace or add attributes."""
    row = {
        "filename": f"jw_{name}_uncal.fits",
        "program": "1",
        "obs_num": "1",
        "visit": "1",
        "exp_type": "nrc_image",
        "instrume": "nircam",
        "filter": "f200w",
        "pupil": "clear",
        "targetid": "1",
        "visitype": "prime_targeted_fixed",
        "asn_candidate": "[('o001', 'observation')]",
    }
    return row | cells


def pool_of(*rows: dict[str, str], profile: Profile | None = None) -> Pool:
    """Make a pool; attributes that a row lacks are not set."""
    columns = dict.fromkeys(name for row in rows for name in row)
    return Pool([{name: row.get(name, "") for name in columns} for row in rows], profile=profile)

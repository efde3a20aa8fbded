"""A small association that is right in every way, to be spoilt by tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from asnsolve.associations.asn_files import to_bytes
from asnsolve.associations.association import Association, Member, Product

MEMBERS = (
    Member("jw00009001001_02101_00001_mirimage_cal.fits", "science", None, "('o001', 'x')"),
    Member("jw00009001001_02101_00002_mirimage_cal.fits", "science", "jitter", "('o001', 'x')"),
    Member("jw00009001001_02102_00001_mirimage_cal.fits", "background"),
)


def association(
    *,
    rule: str = "Asn_Image",
    number: int = 1,
    file_name: str | None = None,
    members: Sequence[Member] = MEMBERS,
    version_id: str | None = None,
) -> Association:
    """An image association of program 9, observation 1."""
    return Association(
        rule=rule,
        asn_type="image3",
        asn_id="o001",
        program="00009",
        target="t001",
        products=(Product("jw00009-o001_t001_miri_f560w", tuple(members)),),
        file_name=file_name or f"jw00009-o001_image3_{number:05d}_asn.json",
        asn_pool="pool",
        constraints="program: 00009",
        degraded_status="No known degraded exposures in association.",
        version_id=version_id,
    )


def data(**changes: object) -> dict[str, Any]:
    """The same as read from its file, with other values of some keys; None takes a key away."""
    read: dict[str, Any] = orjson.loads(to_bytes(association()))
    changed = read | changes
    return {key: value for key, value in changed.items() if value is not None}

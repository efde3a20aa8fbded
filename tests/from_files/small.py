"""Small associations and files, for tests of one module."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from asnsolve.associations.association import Association, Member, Product
from asnsolve.profiles.jwst import FILES
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import write_files

__all__ = ["association", "derived", "files_of", "member"]


def member(file: str, role: str = "science") -> Member:
    return Member(
        file, role, exposure=FILES.exposure_of(file), stage=FILES.stage_of(file.rpartition("/")[2])
    )


def derived(file: str, role: str) -> Member:
    return Member(file, role, derived=True)


def association(
    *members: Member,
    file: str = "one.json",
    product: str = "product",
    rule: str = "Asn_Rule",
    asn_type: str = "image3",
    asn_id: str = "o001",
    level: int = 3,
    signature: Mapping[str, str] | None = None,
) -> Association:
    return Association(
        rule=rule,
        asn_type=asn_type,
        asn_id=asn_id,
        program="00007",
        target="t001",
        products=(Product(product, members),),
        file_name=file,
        asn_pool="files",
        constraints="",
        degraded_status="",
        signature=signature or {},
        level=level,
    )


def files_of(
    mode: str, folder: Path, stage: str = "cal", *, number: int = 7, **cells: str
) -> list[Path]:
    """Write the files of a mode; cells take the place of what its rows say."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = simulate([Program(number=number, plans=(MODES[mode].plan(),))])
    return write_files([row | cells for row in rows], folder, stage)

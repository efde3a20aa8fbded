"""The files of each mode on the how-to pages: what is made of them is what was expected by hand."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from asnsolve import associate, validate_file
from asnsolve.from_files.solved_request import Associated
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import stage_of_row, write_file
from tests.scenarios.modes_of_files import EXPECTED, Case, Members

PAGES = Path(__file__).parents[2] / "docs" / "how-to" / "modes"
_NAME = re.compile(
    r"jw00007(\d{3})001_([0-9a-z]{5})_0000(\d)(-seg\d{3})?_([a-z0-9]+)_[a-z0-9]+\.fits"
)


def short(file: str) -> str:
    """Name a file as the expectations do; what is no exposure keeps its name."""
    name = Path(file).name
    found = _NAME.fullmatch(name)
    if found is None:
        return name
    observation, activity, exposure, segment, detector = found.groups()
    return f"{int(observation)} {activity} {exposure}{segment or ''} {detector}"


def made(case: Case, stage: str, folder: Path) -> list[Path]:
    """Write the files of a level; those of level 2 have spectra beside them."""
    rows = simulate([Program(number=7, plans=(MODES[case.mode].plan(**case.options),))])
    folder.mkdir()
    return [
        write_file(row, folder / row["FILENAME"].replace("uncal", one))
        for row in rows
        for one in [stage_of_row(row, stage), *(["x1d"] if stage == "cal" else [])]
    ]


def roles(found: Associated) -> dict[str, Members]:
    products: dict[str, Members] = {}
    for one in found.associations:
        (product,) = one.products
        own: dict[str, set[str]] = defaultdict(set)
        for member in product.members:
            own[member.exptype].add(short(member.expname))
        name = next(iter(own["science"])) if one.level == 2 else product.name
        assert name not in products
        products[name] = {role: frozenset(files) for role, files in own.items()}
    return products


def test_every_page_has_expectations() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} - {"index"} == set(EXPECTED)


@pytest.mark.parametrize("page", EXPECTED)
def test_roles_are_those_that_were_expected(page: str, tmp_path: Path) -> None:
    case = EXPECTED[page]
    assert f"<!-- files: {case.mode} " in (PAGES / f"{page}.md").read_text("utf-8")
    for level, stage, expected, left in (
        (2, "rate", case.level2, case.left2),
        (3, "cal", case.level3, case.left3),
    ):
        files = made(case, stage, tmp_path / stage)
        found = associate(files, level, out=tmp_path / "asn", paths="relative")
        assert roles(found) == expected
        assert {short(orphan.filename) for orphan in found.leftover} == left
        assert found.problems == ()
        assert all(validate_file(path) == () for path in found.written)


@pytest.mark.parametrize("page", EXPECTED)
def test_members_are_files_that_exist(page: str, tmp_path: Path) -> None:
    """All but the products of direct images."""
    for level, stage in ((2, "rate"), (3, "cal")):
        made(EXPECTED[page], stage, tmp_path / stage)
        found = associate(tmp_path / stage, level, out=tmp_path / "asn", paths="relative")
        for one in found.associations:
            for member in one.members:
                assert member.derived or (tmp_path / "asn" / member.expname).is_file()

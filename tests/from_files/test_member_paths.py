"""Paths of members follow a policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.from_files.member_paths import path_text, with_path_policy
from asnsolve.from_files.request import PathPolicy
from tests.from_files.small import association, derived, member


@pytest.mark.parametrize(
    ("file", "policy", "text"),
    [
        ("cal/a_cal.fits", "name", "a_cal.fits"),
        ("cal/a_cal.fits", "relative", "../cal/a_cal.fits"),
        ("asn/a_cal.fits", "relative", "a_cal.fits"),
        ("cal/../a_cal.fits", "absolute", "{here}/a_cal.fits"),
        ("/b/a_cal.fits", "absolute", "/b/a_cal.fits"),
    ],
)
def test_paths_are_written(
    file: str,
    policy: PathPolicy,
    text: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert path_text(file, policy, Path("asn")) == text.format(here=tmp_path)


def test_a_link_keeps_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "a_cal.fits").symlink_to("b_rate.fits")
    link = str(tmp_path / "a_cal.fits")
    assert path_text(link, "absolute", tmp_path) == link


def test_derived_members_stay_as_they_are() -> None:
    given = association(member("cal/a_cal.fits"), derived("x/y_cat.ecsv", "sourcecat"))
    written = with_path_policy(given, "name", Path())
    assert [one.expname for one in written.members] == ["a_cal.fits", "x/y_cat.ecsv"]
    assert [one.exposure for one in written.members] == ["a", ""]
    assert written.products[0].name == given.products[0].name

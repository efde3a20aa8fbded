"""Which associations are made of the files at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve import Pool, associate
from asnsolve.associations.association import Association
from asnsolve.errors import PoolError, UsageError
from asnsolve.from_files.choice import wanted
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.request import Request
from asnsolve.from_files.solved_request import Associated, solve_request
from asnsolve.plans.associations_of_plan import write_associations
from asnsolve.plans.plan_files import make_plan
from tests.from_files.small import association, files_of, member


def made(found: Associated) -> list[tuple[str, list[str]]]:
    """Return the rule of each association and the roles of its members."""
    return [(one.rule, [member.exptype for member in one.members]) for one in found.associations]


def test_conditions_choose_among_the_files(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path, "rate")
    found = associate(tmp_path, level=2, where=["patt_num=1,2", "PATT_NUM!=2"])
    assert [one.products[0].name for one in found.associations] == [
        files[0].name.removesuffix("_rate.fits")
    ]
    assert (found.problems, found.leftover, found.notes) == ((), (), ())


def test_a_condition_that_leaves_nothing_is_an_error(tmp_path: Path) -> None:
    files_of("miri_image", tmp_path, "rate")
    with pytest.raises(PoolError, match="no exposure is left that satisfies 'filter=f1'"):
        associate(tmp_path, where="filter=f1")
    with pytest.raises(UsageError, match="no exposure has FLITER"):
        associate(tmp_path, where="fliter=f1")


def products(found: Associated) -> set[str]:
    return {one.products[0].name.partition("_")[0] for one in found.associations}


@pytest.mark.parametrize("level", [2, 3])
def test_nothing_is_made_of_the_sky_alone(tmp_path: Path, level: int) -> None:
    stage = "rate" if level == 2 else "cal"
    files = files_of("miri_mrs_background", tmp_path, stage)
    both, science = associate(files, level), associate(files, level, only="science")
    kept = [one for one in both.associations if one in science.associations]
    assert kept == list(science.associations) != list(both.associations)
    # What is left out is not left over: it serves the rest.
    assert (science.problems, science.leftover) == ((), ())
    assert all(
        any(member.exptype == "background" for member in one.members)
        for one in science.associations
        if one.rule.endswith(("Spec", "MRS"))
    )


def test_a_listed_sky_serves_whatever_the_conditions_say(tmp_path: Path) -> None:
    """Conditions choose among the files; of the sky that they would not choose, nothing is made."""
    files = files_of("miri_mrs_background", tmp_path, "rate", BKGDTARG="F")
    sky = [file for file in files if file.name.startswith("jw00007002")]
    star = [file for file in files if file not in sky and "mirimage" not in file.name]
    every = associate(star, 2, backgrounds=sky)
    found = associate(star, 2, backgrounds=sky, where=["obs_num=1", "band=short"])
    assert products(every) == {"jw00007001001", "jw00007002001"}
    assert products(found) == {"jw00007001001"}
    assert {one.signature.get("exp_type") for one in found.associations} == {"mir_mrs"}
    assert (found.problems, found.leftover) == ((), ())
    assert all(
        [member.exptype for member in one.members].count("background") for one in found.associations
    )


def test_bands_are_kept_apart_with_their_sky(tmp_path: Path) -> None:
    files = [file for file in files_of("miri_mrs_background", tmp_path) if "mirifu" in file.name]
    found = associate(files, 3, apart=["band", "channel"], only="science")
    pool = {str(file): fits.getheader(file) for file in files}
    assert len(found.associations) > 1
    for one in found.associations:
        setups = {
            (pool[member.expname]["BAND"], pool[member.expname]["CHANNEL"])
            for member in one.members
        }
        ((_, channel),) = setups
        assert one.products[0].name.endswith(f"_miri-ch{channel}")
        assert {member.exptype for member in one.members} == {"science", "background"}


def test_a_plan_numbers_targets_as_the_call_does(tmp_path: Path) -> None:
    """Files that the conditions leave out count for the numbers, in the plan as well."""
    files_of("miri_image", tmp_path / "rate", "rate")
    for file in sorted((tmp_path / "rate").iterdir())[:2]:
        fits.setval(file, "TARGPROP", value="AAA")
    request = Request.of({"files": tmp_path / "rate", "level": 2, "where": "targprop!=AAA"})
    make_plan(request, tmp_path / "plan.toml")
    written = write_associations(tmp_path / "plan.toml", tmp_path / "asn").associations
    found = solve_request(request).associated.associations
    assert [one.target for one in written] == [one.target for one in found] == ["2"] * 2


def choose(associations: list[Association], aside: str = "", *, only_science: bool) -> list[str]:
    """Choose among associations of a star, its sky and an acquisition; return their names."""
    cells = {"a": {}, "s": {"bkgdtarg": "T"}, "i": {"is_imprt": "T"}, "t": {"exp_type": "MIR_TACQ"}}
    plain = {"program": "7", "exp_type": "MIR_MRS", "asn_candidate": "[]"}
    rows = {name: {**plain, "filename": f"{name}_uncal.fits", **own} for name, own in cells.items()}
    inputs = Inputs(Pool([*rows.values()]), {}, {}, rows, {}, (), aside=frozenset(aside.split()))
    return [one.file_name for one in wanted(associations, inputs, only_science=only_science)]


def test_associations_without_science_of_their_own_are_not_wanted() -> None:
    sky = member("s_cal.fits", "background")
    associations = [
        association(member("a_cal.fits"), sky, file="star"),
        association(member("s_cal.fits"), file="sky"),
        association(member("i_cal.fits"), member("t_cal.fits"), file="others"),
        association(member("t_cal.fits"), member("a_cal.fits"), file="both"),
        association(sky, member("a_cal.fits", "psf"), file="none"),
    ]
    every = ["star", "sky", "others", "both", "none"]
    assert choose(associations, only_science=False) == every
    assert choose(associations, only_science=True) == ["star", "both"]
    # All exposures that only serve others are left out.
    assert choose(associations, "s x", only_science=False) == ["star", "others", "both"]
    assert choose(associations, "a", only_science=True) == []

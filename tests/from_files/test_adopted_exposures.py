"""Files that are given for a role serve whatever their program, if the instrument is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve import associate
from asnsolve.from_files.adopted_exposures import (
    Adopted,
    adopted_exposures,
    as_of_program,
    is_set,
    under_own_names,
)
from asnsolve.from_files.request import Request
from asnsolve.from_files.solved_request import Associated
from asnsolve.plans.associations_of_plan import write_associations
from asnsolve.plans.plan_files import make_plan
from asnsolve.pool.header_cells import Row
from tests.from_files.small import association, derived, files_of, member


def row(exposure: str, program: str = "1386", observation: str = "8", **cells: str) -> Row:
    plain = {
        "filename": f"{exposure}_uncal.fits",
        "program": program,
        "obs_num": observation,
        "exp_type": "MIR_4QPM",
        "asn_candidate": f"[('o{observation:>03}', 'observation')]",
    }
    return plain | cells


def test_an_exposure_is_one_more_observation_of_the_program_that_it_serves() -> None:
    psf = row("psf", "01194", "5", targetid="2", mostilno="3", is_psf="T")
    served = as_of_program(psf, row("star", mostilno="1"))
    assert served == psf | {"program": "1386", "obs_num": "1194005", "targetid": "1194002"}
    assert as_of_program({**psf, "targetid": ""}, row("star"))["targetid"] == ""
    imprint = psf | {"is_psf": "", "is_imprt": "T"}
    assert as_of_program(imprint, row("star", mostilno="1"))["mostilno"] == "1"


def adopted(given: str, *rows: Row) -> dict[str, str]:
    """Return the candidates of the adopted exposures, by name."""
    by_name = {cells["filename"].removesuffix("_uncal.fits"): cells for cells in rows}
    found = adopted_exposures(by_name, [given])
    assert {one.exposure for one in found} <= {given}
    for one in found:
        assert one.row["filename"] == f"{one.name}_uncal.fits"
    return {one.name: one.row["asn_candidate"] for one in found}


PSF = row("psf", "1194", "5", is_psf="T")


def test_each_program_with_science_of_the_type_adopts_an_exposure_once() -> None:
    stars = [row("star"), row("star2", observation="9"), row("other", "7", "1")]
    assert adopted("psf", PSF, *stars) == {"psf-for-01386": "[]", "psf-for-00007": "[]"}
    assert adopted("psf", PSF, row("star", "01194")) == {}
    assert adopted("psf", PSF, row("star", exp_type="MIR_LYOT")) == {}
    assert adopted("psf", PSF, row("star", exp_type="mir_4qpm")) == {"psf-for-01386": "[]"}
    assert adopted("psf", PSF, row("sky", bkgdtarg="T")) == {}


def test_candidates_of_the_users_table_are_kept_but_for_observations() -> None:
    tied = PSF | {"asn_candidate": "[('o005', 'observation'), ('c1003', 'group')]"}
    assert adopted("psf", tied, row("star")) == {"psf-for-01386": "[('c1003', 'group')]"}
    untied = PSF | {"asn_candidate": "[('o005', 'observation')]"}
    assert adopted("psf", untied, row("star")) == {"psf-for-01386": "[]"}


def test_an_imprint_serves_observations_that_have_none() -> None:
    imprint = row("closed", "1194", "5", is_imprt="T")
    stars = [
        row("one", mostilno="1"),
        row("two", mostilno="2"),
        row("again", mostilno="2"),
        row("served", observation="9"),
        row("own", observation="9", is_imprt="T", exp_type="mir_4qpm"),
        row("third", mostilno="3"),
    ]
    assert adopted("closed", imprint, *stars) == {
        "closed-for-01386-8-1": "[('o008', 'observation')]",
        "closed-for-01386-8-2": "[('o008', 'observation')]",
        "closed-for-01386-8-3": "[('o008', 'observation')]",
    }
    # Other observations of its own program too.
    assert adopted("own", *stars) == adopted("own", *stars, PSF)
    assert sorted(adopted("own", *stars)) == [f"own-for-01386-8-{tile}" for tile in (1, 2, 3)]


def test_members_get_their_own_names_and_adopted_science_goes() -> None:
    one = Adopted("psf", "psf-for-01386", PSF)
    taken = association(
        member("star_cal.fits"),
        member("psf-for-01386_cal.fits", "psf"),
        derived("product_cat.ecsv", "sourcecat"),
        file="jw01386-c1001_image3_00002_asn.json",
    )
    alone = association(
        member("psf-for-01386_cal.fits"), file="jw01386-c1001_image3_00001_asn.json"
    )
    (found,) = under_own_names([alone, taken], [one])
    assert found.file_name == "jw01386-c1001_image3_00001_asn.json"
    assert found.members == (taken.members[0], member("psf_cal.fits", "psf"), taken.members[2])
    assert under_own_names([alone, taken], []) == [alone, taken]
    empty = replace(alone, products=())
    assert under_own_names([empty], [one]) == [empty]


def test_science_of_its_own_program_does_not_keep_an_exposure_from_others() -> None:
    assert adopted("psf", PSF, row("a", "1194"), row("star")) == {"psf-for-01386": "[]"}


def test_an_imprint_of_science_without_candidates_has_none() -> None:
    imprint = row("closed", "1194", "5", is_imprt="T")
    star = row("star")
    del star["asn_candidate"]
    assert adopted("closed", imprint, star) == {"closed-for-01386-8-": "[]"}
    # If the science has no tile, neither has the imprint.
    assert "mostilno" not in as_of_program(imprint, star)


def test_the_first_science_of_a_program_gives_it_its_number() -> None:
    stars = {"a": row("a", "1386"), "b": row("b", "01386")}
    (one,) = adopted_exposures({"psf": PSF, **stars}, ["psf"])
    assert (one.row["program"], one.row["obs_num"]) == ("1386", "1194005")


@pytest.mark.parametrize(
    ("cell", "expected"), [("T", True), ("t", True), ("F", False), ("", False), (None, False)]
)
def test_flags_are_set_in_either_case(cell: str | None, expected: bool) -> None:
    assert is_set({} if cell is None else {"is_psf": cell}, "is_psf") == expected


def test_without_adopted_exposures_associations_stay_as_they_are() -> None:
    twice = association(*[member("star_cal.fits")] * 2, file="jw01386-c1001_image3_00002_asn.json")
    assert under_own_names([twice], []) == [twice]


def test_an_association_goes_if_its_science_is_adopted_whatever_else_it_has() -> None:
    one = Adopted("psf", "psf-for-01386", PSF)
    file = "jw01386-c1001_20260101t000000_image3_00004_asn.json"
    taken = association(
        member("psf-for-01386_cal.fits"), member("sky_cal.fits", "background"), file=file
    )
    assert under_own_names([taken], [one]) == []
    # One science member of its own is enough; the version in the file name stays.
    kept = association(*taken.members, member("star_cal.fits"), file=file)
    (found,) = under_own_names([kept], [one])
    assert found.file_name == "jw01386-c1001_20260101t000000_image3_00001_asn.json"


def test_one_file_is_a_member_once_per_role() -> None:
    one = Adopted("psf", "psf-for-01386", PSF)
    taken = association(
        member("star_cal.fits"),
        member("psf_cal.fits", "psf"),
        member("psf-for-01386_cal.fits", "psf"),
        member("psf-for-01386_cal.fits", "background"),
        file="jw01386-c1001_image3_00001_asn.json",
    )
    (found,) = under_own_names([taken], [one])
    assert [(m.expname, m.exptype) for m in found.members] == [
        ("star_cal.fits", "science"),
        ("psf_cal.fits", "psf"),
        ("psf_cal.fits", "background"),
    ]


def of_other_program(files: list[Path], observation: str, program: str = "00099") -> list[Path]:
    """Move the files of an observation to another program."""
    moved = []
    for file in files:
        if file.name.startswith(f"jw00007{observation}"):
            path = file.rename(file.with_name(file.name.replace("jw00007", f"jw{program}")))
            with fits.open(path, mode="update") as opened:
                opened[0].header.update(PROGRAM=program, FILENAME=path.name)
            moved.append(path)
    assert moved
    return moved


ROLES = [
    # mode, stage, level, parameter and role
    ("miri_4qpm", "calints", 3, "psfs", "psf"),
    ("miri_lyot", "calints", 3, "psfs", "psf"),
    ("nircam_coron", "calints", 3, "psfs", "psf"),
    ("niriss_ami", "calints", 3, "psfs", "psf"),
    ("miri_mrs_background", "rate", 2, "backgrounds", "background"),
    ("miri_mrs_background", "cal", 3, "backgrounds", "background"),
    ("miri_lrs_slit_background", "rate", 2, "backgrounds", "background"),
    ("nirspec_ifu_background", "rate", 2, "backgrounds", "background"),
    ("miri_image_background", "rate", 2, "backgrounds", "background"),
]


def in_role(found: Associated, role: str) -> dict[str, set[str]]:
    """Return the members in a role of each product that has some."""
    members = {
        one.products[0].name: {Path(m.expname).name for m in one.members if m.exptype == role}
        for one in found.associations
    }
    return {product: names for product, names in members.items() if names}


def given_as(found: Associated) -> set[str]:
    """Return the exposures that are given for a role and do not have it, as of one program."""
    files = {p.location.file or "" for p in found.problems if "given as" in p.what}
    return {Path(file).name.replace("jw00099", "jw00007") for file in files}


@pytest.mark.parametrize("case", ROLES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_every_mode_takes_files_of_other_programs(
    case: tuple[str, str, int, str, str], tmp_path: Path
) -> None:
    mode, stage, level, option, role = case
    files = files_of(mode, tmp_path / "same", stage)
    serving = [file for file in files if file.name.startswith("jw00007002")]
    asked: dict[str, Any] = {option: serving}
    same = associate([file for file in files if file not in serving], level, **asked)
    assert in_role(same, role)
    files = files_of(mode, tmp_path / "other", stage)
    serving = of_other_program(files, "002")
    asked = {option: serving}
    found = associate([file for file in files if file.exists()], level, **asked)
    # The same exposures serve and are left over, under the name that they have now.
    here = in_role(found, role)
    assert [{name.replace("jw00099", "jw00007") for name in names} for names in here.values()] == [
        *in_role(same, role).values()
    ]
    assert given_as(found) == given_as(same)
    assert not [one for one in found.leftover if f"_{stage}" not in one.filename]
    for product, names in here.items():
        assert product.startswith("jw00007")
        assert all(name.startswith("jw00099002") for name in names)
    for one in found.associations:
        # Files that serve are processed in their own program.
        own = {Path(m.expname).name[2:7] for m in one.members if m.exptype == "science"}
        assert own == {one.program}
        assert one.file_name.startswith(f"jw{one.program}-")


def test_references_of_another_program_are_members_once_where_programs_are_combined(
    tmp_path: Path,
) -> None:
    files = files_of("miri_4qpm", tmp_path, "calints")
    serving = of_other_program(files, "002")
    science = [file for file in files if file.exists()]
    apart = associate(science, 3, psfs=serving)
    found = associate(science, 3, psfs=serving, together=["program", "target"])
    assert not found.leftover
    assert "program sky=2arcmin" in found.notes[0].advice
    assert not any("sky=2arcmin" in note.advice for note in apart.notes)
    for one in found.associations:
        assert len({(m.expname, m.exptype) for m in one.members}) == len(one.members)
    # All targets are one, which has the references once.
    assert [*in_role(found, "psf").values()] == [*in_role(apart, "psf").values()][:1]
    assert all(product.startswith("jw00007-a3001_t000") for product in in_role(found, "psf"))


def test_an_imprint_of_another_program_serves(tmp_path: Path) -> None:
    made = files_of("nirspec_ifu_background", tmp_path, "rate")
    imprints = [f for f in made if fits.getheader(f).get("IS_IMPRT") and "jw00007001" in f.name]
    science = [
        file
        for file in made
        if "jw00007001" in file.name
        and fits.getval(file, "EXP_TYPE") == "NRS_IFU"
        and file not in imprints
    ]
    own = in_role(associate([*science, *imprints], 2), "imprint")
    assert len(own) == len(science)
    moved = of_other_program(imprints, "001")
    found = associate(science, 2, imprints=moved)
    here = in_role(found, "imprint")
    assert {*here} == {*own}
    assert all(name.startswith("jw00099001") for names in here.values() for name in names)
    assert not [problem for problem in found.problems if "given as" in problem.what]


@pytest.mark.parametrize(
    ("keyword", "value", "reason"),
    [
        ("SUBARRAY", "MASK1140", "subarray differs: mask1140 and mask1550"),
        ("FILTER", "F1140C", "opt_elem differs: f1140c and f1550c"),
        ("EXP_TYPE", "MIR_LYOT", "exp_type differs: mir_lyot and mir_4qpm"),
        ("DETECTOR", "MIRIFULONG", ""),
    ],
)
def test_what_does_not_match_is_said(keyword: str, value: str, reason: str, tmp_path: Path) -> None:
    files = files_of("miri_4qpm", tmp_path, "calints", SUBARRAY="MASK1550", FILTER="F1550C")
    files = [file for file in files if fits.getval(file, "EXP_TYPE") == "MIR_4QPM"]
    psfs = of_other_program(files, "002")
    fits.setval(psfs[0], keyword, value=value)
    found = associate([file for file in files if file.exists()], 3, psfs=psfs[:1])
    told = [problem for problem in found.problems if problem.location.file == str(psfs[0])]
    if reason:
        (problem,) = told
        assert problem.what == "given as psf, but not used as psf in any association"
        assert reason in problem.advice
        assert "program" not in problem.advice


def test_psf_references_are_of_no_use_at_level_2_which_is_no_problem(tmp_path: Path) -> None:
    files = files_of("miri_4qpm", tmp_path, "rateints")
    psfs = [file for file in files if fits.getval(file, "IS_PSF") in (True, "T")]
    found = associate([file for file in files if file not in psfs], 2, psfs=psfs)
    assert psfs
    assert not [problem for problem in found.problems if "given as psf" in problem.what]


def test_plans_take_files_of_other_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = files_of("miri_4qpm", Path("cal"), "calints")
    psfs = of_other_program(files, "002")
    science = tuple(str(file) for file in files if file.exists())
    request = Request(files=science, psfs=tuple(map(str, psfs)), level=3, out="asn")
    make_plan(request, "plan.toml")
    found = write_associations("plan.toml")
    assert (found.violations, found.changed) == ((), ())
    # An edited association is judged by its rule, and the program is no matter there either.
    text = Path("plan.toml").read_text()
    head, mark, rest = text.partition("\n[[association]]")
    own, end, others = rest.partition("\n[")
    edited = "\n".join(line for line in own.split("\n") if psfs[0].name not in line)
    assert edited != own
    Path("plan2.toml").write_text(head + mark + edited + end + others)
    found = write_associations("plan2.toml", "asn2")
    assert found.violations == ()
    changed = found.associations[0]
    assert found.changed == (changed.file_name,)
    assert changed.program == "00007"
    assert [(Path(m.expname).name[:7], m.exptype) for m in changed.members] == [
        ("jw00007", "science"),
        ("jw00099", "psf"),
        ("jw00007", "target_acquisition"),
    ]

"""Listed files that serve no exposure, science that is not served, and messages about both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve.associations.association import Association
from asnsolve.from_files.adopted_exposures import Adopted
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.unused_files import (
    acquisitions_aside,
    serving_nothing,
    unserved,
    used_otherwise,
)
from asnsolve.pool.header_cells import Row
from asnsolve.pool.table import Pool
from asnsolve.rules.load import load_rules
from asnsolve.rules.rule_set import RuleSet
from tests.from_files.small import association, derived, member

ROLES = ("backgrounds", "psfs", "imprints", "selfcal")
GIVEN = "given as background, but not used as background in any association"


def row(exposure: str, observation: int = 1, **cells: str) -> Row:
    return {
        "filename": f"{exposure}_uncal.fits",
        "program": "7",
        "obs_num": str(observation),
        "visit": "1",
        "asn_candidate": f"[('o{observation:03d}', 'observation'), ('c1000', 'background')]",
        "exp_type": "MIR_MRS",
        "instrume": "MIRI",
        "detector": "MIRIFULONG",
        "channel": "34",
        "band": "SHORT",
        "subarray": "FULL",
        "targetid": str(observation),
        "mostilno": "1",
        "patttype": "4-POINT",
        "bkgdtarg": "",
        "is_psf": "",
        "is_imprt": "",
        **cells,
    }


def sky(exposure: str, observation: int = 2, **cells: str) -> Row:
    return row(exposure, observation, bkgdtarg="T", **cells)


def inputs_of(*rows: Row, selfcal_rows: Mapping[str, Row] | None = None, **listed: str) -> Inputs:
    """Return the inputs of a request; lists are texts with spaces between the exposures."""
    by_name = {cells["filename"].removesuffix("_uncal.fits"): cells for cells in rows}
    lists = {name: frozenset(listed.get(name, "").split()) for name in ROLES}
    selfcal = {name: by_name[name] for name in lists["selfcal"]}
    files = {name: {"rate": Path(f"{name}_rate.fits")} for name in by_name}
    return Inputs(Pool([*rows]), files, lists, by_name, selfcal_rows or selfcal, ())


def spectrum(*names: str, sky: str = "", level: int = 2, **roles: str) -> Association:
    others = [member(f"{name}_rate.fits", role) for role, name in roles.items()]
    skies = [member(f"{name}_rate.fits", "background") for name in sky.split()]
    science = [member(f"{name}_rate.fits") for name in names]
    return association(*science, *skies, *others, asn_type="spec2", level=level)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    """Return the rules of level 2, where dedicated backgrounds are subtracted."""
    every = load_rules("jwst")
    return replace(every, rules=tuple(rule for rule in every if rule.base.level == 2))


def told(
    associations: list[Association],
    inputs: Inputs,
    rules: RuleSet,
    in_pairs: tuple[Association, ...] = (),
) -> list[tuple[str, str, str]]:
    """Return the file, the role and the advice of each problem."""
    found = list(serving_nothing(associations, inputs, rules, in_pairs))
    for one in found:
        role = one.what.split()[2].rstrip(",")
        assert one.what == f"given as {role}, but not used as {role} in any association"
    return [(one.location.file or "", one.what.split()[2].rstrip(","), one.advice) for one in found]


def test_what_serves_is_not_mentioned(rules: RuleSet) -> None:
    inputs = inputs_of(row("star"), sky("sky"), sky("other", band="LONG"), backgrounds="sky other")
    assert told([spectrum("star", sky="sky other")], inputs, rules) == []
    # A member in another role does not serve as background.
    assert told([spectrum("star", sky="sky"), spectrum("other")], inputs, rules) == [
        (
            "other_rate.fits",
            "background",
            "With star: Asn_Lv2Spec: opt_elem differs: long and short.",
        )
    ]


def test_a_role_that_no_rule_has_is_not_mentioned(rules: RuleSet) -> None:
    inputs = inputs_of(row("star"), sky("sky"), backgrounds="sky")
    assert len(told([], inputs, rules)) == 1
    others = (rule for rule in rules if "background" not in rule.all_roles)
    assert told([], inputs, replace(rules, rules=tuple(others))) == []


def test_without_science_there_is_nothing_to_serve(rules: RuleSet) -> None:
    inputs = inputs_of(sky("sky"), row("closed", is_imprt="T"), backgrounds="sky")
    assert told([], inputs, rules) == [
        ("sky_rate.fits", "background", "There is no science exposure to use it for.")
    ]


def test_science_of_another_program_shows_what_differs_in_the_setup(rules: RuleSet) -> None:
    star = row("star", program="8", detector="MIRIFUSHORT", subarray="")
    inputs = inputs_of(star, sky("sky", exp_type="", subarray="SUB"), backgrounds="sky")
    assert told([spectrum("star")], inputs, rules) == [
        (
            "sky_rate.fits",
            "background",
            "With star: exp_type differs: not set and mir_mrs; "
            "detector differs: mirifulong and mirifushort.",
        )
    ]
    inputs = inputs_of(row("star", program="8", band="LONG"), sky("sky"), backgrounds="sky")
    assert told([spectrum("star")], inputs, rules) == [("sky_rate.fits", "background", "")]


def test_the_most_similar_science_of_the_program_is_compared(rules: RuleSet) -> None:
    """If exposures are equally similar, the last one by name is chosen."""
    science = [
        row("a", band="LONG", detector="MIRIFUSHORT", channel="12"),
        row("b", band="MEDIUM"),
        row("c", band="LONG"),
        row("d", band="LONG"),
        row("e", program="8"),
        row("x", band="LONG", detector="MIRIFUSHORT", channel="12"),
        row("z", is_psf="T"),
        row("y", is_imprt="T"),
    ]
    inputs = inputs_of(*science, sky("sky"), backgrounds="sky")
    ((_, _, advice),) = told([spectrum("a")], inputs, rules)
    assert advice == "With d: Asn_Lv2Spec: opt_elem differs: short and long."


@pytest.mark.parametrize(
    "column",
    [
        *("exp_type", "instrume", "detector", "filter", "pupil", "grating", "band", "channel"),
        *("subarray", "fxd_slit", "obs_num", "patttype"),
    ],
)
def test_each_trait_makes_science_more_similar(column: str, rules: RuleSet) -> None:
    cells = {"filter": "CLEAR", "pupil": "CLEAR", "grating": "G140H", "fxd_slit": "S200A1"}
    alike, other = row("alike", 1, **cells), row("other", 1, **cells)
    listed = sky("sky", 1, **cells)
    listed["asn_candidate"] = alike["asn_candidate"]
    inputs = inputs_of(alike, {**other, column: "2"}, listed, backgrounds="sky")
    ((_, _, advice),) = told([spectrum("alike")], inputs, rules)
    assert advice.startswith("With alike: ")


def test_skies_that_differ_in_the_program_alone_have_reasons_of_their_own(rules: RuleSet) -> None:
    skies = [sky("first", band="LONG"), sky("second", band="LONG", program="8")]
    inputs = inputs_of(row("star"), *skies, backgrounds="first second")
    assert [advice for _, _, advice in told([spectrum("star")], inputs, rules)] == [
        "With star: Asn_Lv2Spec: opt_elem differs: long and short.",
        "",
    ]


def test_a_sky_of_another_program_is_compared_with_the_science_there(rules: RuleSet) -> None:
    """A file that serves another program has a row in that program, with its own name."""
    own = sky("sky", 3, program="8")
    there = {**sky("adopted", 2, band="LONG"), "program": "7"}
    inputs = inputs_of(row("star"), row("alone", 4, program="8"), own, there, backgrounds="sky")
    known = replace(
        inputs,
        adopted=(Adopted("other", "alone", own), Adopted("sky", "adopted", there)),
    )
    reason = "With star: Asn_Lv2Spec: opt_elem differs: long and short."
    assert [advice for _, _, advice in told([spectrum("star")], known, rules)] == [reason]


def test_a_listed_exposure_that_is_not_in_the_pool_has_no_reason(rules: RuleSet) -> None:
    inputs = inputs_of(row("star"), sky("sky"), backgrounds="sky")
    without = replace(inputs, pool=Pool([row("star")]))
    assert told([spectrum("star")], without, rules) == [("sky_rate.fits", "background", "")]


def test_backgrounds_of_spectra_calibrate_and_backgrounds_of_level_3_do_not(
    rules: RuleSet,
) -> None:
    inputs = inputs_of(row("star"), sky("sky"), backgrounds="sky", selfcal="sky")
    assert told([spectrum("star", sky="sky")], inputs, rules) == []
    third = spectrum("star", sky="sky", level=3)
    assert [role for _, role, _ in told([third], inputs, rules)] == ["selfcal"]
    # A self-calibration member does not serve in another role.
    inputs = inputs_of(row("star"), sky("sky"), backgrounds="sky")
    served = spectrum("star", selfcal="sky")
    assert [role for _, role, _ in told([served], inputs, rules)] == ["background"]


def test_the_reason_is_that_of_a_rule_with_the_role() -> None:
    """The most similar of all rules makes spectra of level 2, which have no PSF references."""
    inputs = inputs_of(row("star"), row("psf", 2, is_psf="T"), psfs="psf")
    ((_, _, advice),) = told([], inputs, load_rules("jwst"))
    assert advice.startswith("With star: Asn_Lv3MIRMRS: ")


def test_a_reason_is_looked_for_a_few_times_only(rules: RuleSet) -> None:
    """Exposures with the same traits have the same reason."""
    skies = [sky(f"sky{n:02d}", n, band="LONG") for n in range(2, 15)]
    twin = sky("twin", 2, band="LONG")
    names = " ".join([f"sky{n:02d}" for n in range(2, 15)] + ["twin"])
    inputs = inputs_of(row("star"), *skies, twin, backgrounds=names)
    found = told([spectrum("star")], inputs, rules)
    reason = "With star: Asn_Lv2Spec: opt_elem differs: long and short."
    assert [advice for _, _, advice in found] == [reason] * 12 + ["", reason]
    assert [file for file, _, _ in found] == [f"{name}_rate.fits" for name in names.split()]


def test_each_pair_has_one_psf_reference(rules: RuleSet) -> None:
    inputs = inputs_of(row("star"), row("psf", 2, is_psf="T"), psfs="psf")
    whole = association(member("star_cal.fits"), member("psf_cal.fits", "psf"))
    alone = association(member("star_cal.fits"))
    assert told([alone], inputs, load_rules("jwst"), (whole,)) == [
        (
            "psf_rate.fits",
            "psf",
            "Each science exposure has one PSF reference already (--apart pair).",
        )
    ]
    # A background of the undivided association has another reason.
    inputs = inputs_of(row("star"), sky("sky", band="LONG"), backgrounds="sky")
    ((_, _, advice),) = told([alone], inputs, rules, (spectrum("star", sky="sky"),))
    assert advice == "With star: Asn_Lv2Spec: opt_elem differs: long and short."


def test_acquisitions_beside_files_that_serve_are_one_note(rules: RuleSet) -> None:
    listed = [sky("sky"), sky("ta1", exp_type="MIR_TACQ"), sky("ta2", exp_type="MIR_TACQ")]
    inputs = inputs_of(row("star"), *listed, backgrounds="sky ta1 ta2")
    served = [spectrum("star", sky="sky")]
    assert told(served, inputs, rules) == []
    assert [str(note) for note in acquisitions_aside(served, inputs)] == [
        "acquisition images, which never serve as background: ta1_rate.fits and 1 more"
    ]
    # Without others, each of them is a problem.
    alone = inputs_of(row("star"), *listed, backgrounds="ta1 ta2")
    assert told([spectrum("star")], alone, rules) == [
        (f"{name}_rate.fits", "background", advice)
        for name in ("ta1", "ta2")
        for advice in ["It is an acquisition image, which never serves as background."]
    ]
    assert list(acquisitions_aside([spectrum("star")], alone)) == []
    # A file that does serve is not mentioned.
    assert list(acquisitions_aside([spectrum("star", sky="sky ta1 ta2")], inputs)) == []


def test_acquisitions_for_self_calibration_are_told_by_their_setup(rules: RuleSet) -> None:
    """If other files serve, there is a note; if none does, each file is a problem."""
    listed = [
        row("sky"),
        row("ta1", exp_type="MIR_TACQ", subarray="SUB"),
        row("ta2", exp_type="MIR_TACQ", detector="MIRIMAGE"),
    ]
    inputs = inputs_of(row("star"), *listed, selfcal="sky ta1 ta2")
    served = [spectrum("star", selfcal="sky"), association(member("ta1_rate.fits"), level=2)]
    assert list(acquisitions_aside(served, inputs)) == []
    assert told(served, inputs, rules) == [
        ("ta2_rate.fits", "selfcal", "With star: detector differs: mirimage and mirifulong.")
    ]
    (note,) = used_otherwise(served, inputs)
    assert note.what == "files given as selfcal that no association uses: ta1"
    assert note.advice == "With star: subarray differs: sub and full."
    assert list(used_otherwise(served[:1], inputs)) == []
    # If none serves, each is a problem, even if it is a member.
    none = [spectrum("star"), *served[1:]]
    assert [file for file, _, _ in told(none, inputs, rules)] == [
        "sky_rate.fits",
        "ta1_rate.fits",
        "ta2_rate.fits",
    ]
    assert list(used_otherwise(none, inputs)) == []


def lacking(
    associations: list[Association], inputs: Inputs, rules: RuleSet
) -> list[tuple[str, str, str]]:
    return [
        (one.location.file or "", one.what, one.advice)
        for one in unserved(associations, inputs, rules)
    ]


FITS_IT = "no dedicated background fits it"
LONG = "With sky: Asn_Lv2Spec: opt_elem differs: long and short."


def test_science_without_the_dedicated_background_of_its_program_is_told(rules: RuleSet) -> None:
    inputs = inputs_of(row("star", band="LONG"), row("served"), sky("sky"))
    found = [spectrum("star"), spectrum("served", sky="sky")]
    assert lacking(found, inputs, rules) == [("star_rate.fits", FITS_IT, LONG)]
    # Level 3 does not subtract backgrounds from each exposure.
    third = spectrum("star", level=3)
    assert lacking([third], inputs, rules) == []
    assert lacking([third, *found[::-1]], inputs, rules) == [("star_rate.fits", FITS_IT, LONG)]


def test_the_reason_is_that_of_a_rule_with_backgrounds(rules: RuleSet) -> None:
    inputs = inputs_of(row("star", band="LONG"), sky("sky"))

    def advice(*names: str) -> str:
        some = replace(rules, rules=tuple(rule for rule in rules if rule.name in names))
        ((_, _, told),) = lacking([spectrum("star")], inputs, some)
        return told

    assert advice("Asn_Lv2SpecSpecial", "Asn_Lv2Image").startswith("With sky: Asn_Lv2Image: ")
    assert advice("Asn_Lv2SpecSpecial") == ""


@pytest.mark.parametrize(
    "cells",
    [
        {"program": "8"},
        {"exp_type": "MIR_LRS-FIXEDSLIT"},
        {"exp_type": "MIR_TACQ"},
        {"bkgdtarg": "T"},
        {"is_imprt": "T"},
    ],
)
def test_what_needs_no_background_is_not_told(cells: dict[str, str], rules: RuleSet) -> None:
    inputs = inputs_of(
        {**row("star", band="LONG"), **cells}, sky("sky"), sky("ta", exp_type="MIR_TACQ")
    )
    assert lacking([spectrum("star")], inputs, rules) == []
    # Members in other roles and products of the pipeline are not science.
    others = inputs_of(row("star", band="LONG"), row("one", band="LONG"), sky("sky"))
    one = association(
        member("one_rate.fits", "selfcal"), derived("star_rate.fits", "science"), level=2
    )
    assert lacking([one], others, rules) == []


def test_alike_science_is_told_once(rules: RuleSet) -> None:
    stars = [row(name, band="LONG") for name in "abc"]
    other = row("d", 3, band="LONG")
    inputs = inputs_of(*stars, other, sky("sky"))
    found = [spectrum(name) for name in "dabc"]
    assert lacking(found, inputs, rules) == [
        ("d_rate.fits", FITS_IT, LONG),
        ("a_rate.fits", f"{FITS_IT} and 2 other science exposures like it", LONG),
    ]
    assert lacking(found[:3], inputs, rules)[1][1] == (
        f"{FITS_IT} and 1 other science exposure like it"
    )


def test_a_reason_is_looked_for_a_few_kinds_of_science_only(rules: RuleSet) -> None:
    stars = [row(f"s{n:02d}", n, band="LONG") for n in range(3, 17)]
    inputs = inputs_of(*stars, sky("sky"))
    found = lacking([spectrum(f"s{n:02d}") for n in range(3, 17)], inputs, rules)
    assert [advice for _, _, advice in found] == [LONG] * 12 + [""] * 2

"""The real reason for a file in no association, and what to do about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve import associate
from asnsolve.from_files.advice import ADVICE, advice_on, serves_another_level
from asnsolve.pool.header_cells import Row
from asnsolve.rules.load import load_rules
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.refusals import Orphan, Refusal
from tests.from_files.small import files_of
from tests.pool.fits_files import write_file

SLIT = {
    "FILENAME": "jw00007006001_03101_00001_nrs2_uncal.fits",
    "INSTRUME": "NIRSPEC",
    "DETECTOR": "NRS2",
    "EXP_TYPE": "NRS_FIXEDSLIT",
    "FILTER": "F170LP",
    "GRATING": "G235M",
    "FXD_SLIT": "S200A1",
    "SUBARRAY": "SUBS200A1",
    "PATT_NUM": "1",
    "NUMDTHPT": "1",
    "SUBPXPTS": "1",
    "TARGPROP": "H",
}
GRISM = {
    "INSTRUME": "NIRISS",
    "DETECTOR": "NIS",
    "PUPIL": "F150W",
    "SUBARRAY": "FULL",
    "VISITYPE": "PARALLEL_PURE",
}


def slitless(folder: Path, *, image: bool, target: str = "") -> list[Path]:
    """Write two exposures of a parallel with a grism and, on request, their direct image."""
    folder.mkdir(exist_ok=True)
    taken = [("2201", number, "NIS_WFSS", "GR150R") for number in (1, 2)]
    if image:
        taken.append(("2203", 1, "NIS_IMAGE", "CLEAR"))
    return [
        write_file(
            GRISM | {"EXP_TYPE": exp_type, "FILTER": optics, "TARGPROP": target},
            folder / f"jw00007010001_0{activity}_0000{number}_nis_rate.fits",
        )
        for activity, number, exp_type, optics in taken
    ]


def told(files: list[Path], level: int) -> list[tuple[str, str]]:
    """Return rule and advice for each file in no association."""
    found = associate(files, level)
    for orphan in found.leftover:
        # Where no rule is for exposures of this type, what the nearest one refuses is left out.
        before = ". " if orphan.of_its_sort else f"{orphan.filename}: "
        assert str(orphan).endswith(f"{before}{orphan.advice}")
    return [
        (orphan.refusal.rule, orphan.advice)
        for orphan in found.leftover
        if orphan.refusal is not None
    ]


@pytest.mark.parametrize(("level", "rule"), [(2, "Asn_Lv2NRSFSS"), (3, "Asn_Lv3NRSFSS")])
def test_no_light_reaches_the_detector(level: int, rule: str, tmp_path: Path) -> None:
    file = write_file(SLIT, tmp_path / SLIT["FILENAME"].replace("uncal", "rate"))
    assert told([file], level) == [
        (
            rule,
            "No light reaches this detector through these optical elements: leave the file out.",
        )
    ]


@pytest.mark.parametrize(("target", "rule"), [("", "Parallel"), ("FIELD", "NIS")])
def test_a_direct_image_is_missing(target: str, rule: str, tmp_path: Path) -> None:
    files = slitless(tmp_path, image=False, target=target)
    advice = (
        "Its direct image is missing: give its exposures as well, from the same observation and "
        "target, or the combined image with --direct-image."
    )
    assert told(files, 2) == [(f"Asn_Lv2WFSS{rule}", advice)] * 2


def test_a_psf_reference_is_missing(tmp_path: Path) -> None:
    """References of another mask do not help; nothing else that the rule needs is recited."""
    files = files_of("miri_lyot", tmp_path / "lyot")
    science = [file for file in files if fits.getval(file, "IS_PSF") not in (True, "T")]
    other_mask = files_of("miri_4qpm", tmp_path / "4qpm", number=8)
    references = [file for file in other_mask if fits.getval(file, "IS_PSF") in (True, "T")]
    for psfs in ([], references):
        lines = {
            str(orphan).partition(": ")[2]
            for orphan in associate(science, 3, psfs=psfs).leftover
            if Path(orphan.filename) in science
        }
        assert lines == {
            "Asn_Lv3MIRCoron, clause needs: expected that there is at least one psf member. No PSF "
            "reference of its setup is among the files: give one with --psf."
        }


def test_parallels_without_target_have_their_direct_image(tmp_path: Path) -> None:
    """The observation ties them: the id is the same whatever else is given."""
    found = associate(slitless(tmp_path, image=True), 2)
    assert (found.problems, found.leftover) == ((), ())
    assert [(one.file_name, one.rule) for one in found.associations] == [
        ("jw00007-c2010_spec2_00001_asn.json", "Asn_Lv2WFSSParallel"),
        ("jw00007-c2010_spec2_00002_asn.json", "Asn_Lv2WFSSParallel"),
        ("jw00007-o010_image2_00001_asn.json", "Asn_Lv2Image"),
    ]
    image = "jw00007-c2010_t000_niriss_clear-f150w"
    roles = {m.exptype: m.expname for m in found.associations[0].members if m.derived}
    assert roles == {
        "direct_image": f"{image}_i2d.fits",
        "segmap": f"{image}_segm.fits",
        "sourcecat": f"{image}_cat.ecsv",
    }
    combined = associate(tmp_path, 3).associations
    assert [one.products[0].name for one in combined] == [
        image,
        "jw00007-c2010_t000_niriss_f150w-gr150r",
    ]


def test_a_blank_target_can_be_taken_with_others(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path, TARGPROP="", TARGNAME="")
    advice = (
        "The header names no target (TARGPROP, TARGNAME): at level 3, --together target takes such "
        "exposures together."
    )
    assert told(files, 3) == [("Asn_Lv3Image", advice)] * 4
    (one,) = associate(files, 3, together="target").associations
    assert len(one.members) == 4


def test_a_type_that_no_rule_takes(tmp_path: Path) -> None:
    files = files_of("miri_calibration", tmp_path)
    for level in (2, 3):
        advice = {advice for _, advice in told(files, level)}
        assert advice == {
            f"No rule of level {level} takes exposures of its type and role ({exp_type})."
            for exp_type in ("MIR_DARKIMG", "MIR_DARKMRS", "MIR_FLATIMAGE")
        }
    assert {orphan.advice for orphan in associate(files).leftover} == {
        text.replace(" of level 3", "") for text in advice
    }


@pytest.mark.parametrize(
    ("mode", "count"), [("nirspec_ifu_nod", 2), ("nirspec_ifu_background", 4), ("miri_4qpm", 2)]
)
def test_what_serves_level_2_is_not_left_over_at_level_3(
    mode: str, count: int, tmp_path: Path
) -> None:
    files_of(mode, tmp_path)
    found = associate(tmp_path, 3)
    assert (found.problems, found.leftover) == ((), ())
    what = "files in a role that no rule of this level uses: "
    [note] = [str(note) for note in found.notes if str(note).startswith(what)]
    assert note.endswith(f" and {count - 1} more")


def test_what_serves_others_alone_makes_nothing(tmp_path: Path) -> None:
    imprints = [file for file in files_of("nirspec_ifu_nod", tmp_path) if "_03102_" in file.name]
    found = associate(imprints, 3)
    assert found.associations == ()
    assert [str(problem) for problem in found.problems] == [
        "no association can be made from these files"
    ]


def orphan(*, of_its_sort: bool = True, refusals: int = 1, **refusal: Any) -> Orphan:
    plain: dict[str, Any] = {"rule": "Asn_Rule", "clause": "other", "values": (), "expected": ""}
    return Orphan("a", Refusal(**plain | refusal), refusals=refusals, of_its_sort=of_its_sort)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules("jwst")


def of_level(rules: RuleSet, level: int) -> RuleSet:
    return replace(rules, rules=tuple(rule for rule in rules if rule.base.level == level))


def test_without_rules_nothing_is_known(rules: RuleSet) -> None:
    assert advice_on(Orphan("a", None), {}, rules) == ""


UNLIT = "No light reaches this detector through these optical elements: leave the file out."
KNOWN = {
    "slit_reaches_detector": UNLIT,
    "ifu_reaches_detector": UNLIT,
    "lamp_reaches_detector": UNLIT,
    "mask_on_detector": "The occulted star is on another detector: leave the file out.",
    "calibrated_soss": "No flux calibration exists for this filter: leave the file out.",
    "subpxpts": "A table given with --extra can say how many subpixel positions there are (1).",
    "msametfl": "A table given with --extra can name the file of micro-shutters.",
}


@pytest.mark.parametrize(
    ("refused", "advice"),
    [
        *(({"clause": clause}, advice) for clause, advice in KNOWN.items()),
        ({}, ""),
        ({"clause": "needs", "expected": "there is at least one sky member"}, ""),
        ({"clause": "target", "values": (("targetid", "1"),)}, ""),
        ({"clause": "target", "values": (("targetid", None),), "refusals": 2}, ""),
    ],
)
def test_what_to_do_depends_on_the_clause(
    refused: dict[str, Any], advice: str, rules: RuleSet
) -> None:
    assert advice_on(orphan(**refused), {"exp_type": "MIR_MRS"}, rules) == advice
    no_target = orphan(clause="target", values=(("filter", "f1"), ("targetid", None)))
    assert advice_on(no_target, {}, rules).startswith("The header names no target (TARGPROP")


def test_a_role_that_no_rule_takes_is_named_with_the_type(rules: RuleSet) -> None:
    row = {"exp_type": "MIR_MRS", "is_imprt": "t", "bkgdtarg": "F", "is_psf": "T"}
    text = "takes exposures of its type and role (MIR_MRS, IS_PSF, IS_IMPRT)."
    refused = orphan(of_its_sort=False)
    assert advice_on(refused, row, rules) == f"No rule {text}"
    assert advice_on(refused, row, of_level(rules, 3)) == f"No rule of level 3 {text}"


@pytest.mark.parametrize(
    ("row", "serves"),
    [
        ({"exp_type": "MIR_MRS"}, False),
        ({"exp_type": "MIR_MRS", "is_imprt": "F"}, False),
        ({"exp_type": "MIR_MRS", "is_imprt": "t"}, True),
        ({"exp_type": "MIR_TACQ"}, True),
        ({"exp_type": "mir_tacq"}, True),
        ({}, False),
    ],
)
def test_what_serves_at_another_level(row: Row, serves: bool, rules: RuleSet) -> None:
    one_level = of_level(rules, 3)
    assert serves_another_level(orphan(of_its_sort=False), row, one_level) is serves
    # An exposure does not serve elsewhere if both levels are wanted or a rule is for its sort.
    assert not serves_another_level(orphan(of_its_sort=False), row, rules)
    assert not serves_another_level(orphan(), row, one_level)


def test_advice_is_for_clauses_of_the_rules() -> None:
    clauses = {clause.name for rule in load_rules("jwst") for clause in rule.all_clauses}
    assert ADVICE.keys() <= clauses
    assert ADVICE.keys() == KNOWN.keys()

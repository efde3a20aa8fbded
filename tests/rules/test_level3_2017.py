"""The rules of 2017 against the tables of the documented Level-3 rules, written out here."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from asnsolve.expr.fold import attributes
from asnsolve.interpret.to_csp import admits
from asnsolve.rules.level3_2017 import LEVEL3_2017
from asnsolve.rules.mistakes import check_rules
from asnsolve.rules.model import Reach, Rule
from asnsolve.solvers.exact import decide
from tests.examples import Exposure

BASE = ("program", "instrument")
PATH = ("opt_elem", "opt_elem2")
SPECTRUM = (*BASE, "is_not_tso")
IMAGE = (*SPECTRUM, "exp_type", *PATH, "target")
FLUX = (*BASE, *PATH, "exp_type", "target")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the tables say of one rule."""

    asn_type: str
    mixins: tuple[str, ...]
    clauses: tuple[str, ...]
    keys: dict[str, tuple[str, ...]]
    needs: tuple[str, ...] = ("science",)


KEYS = {"program": ("program",), "instrument": ("instrume",)}
TARGET = {"target": ("targetid",)}
PATHS = {"opt_elem": ("filter",), "opt_elem2": ("pupil", "grating")}
TYPE = {"exp_type": ("exp_type",)}

TABLE = {
    "Asn_Image": Expected(
        "image3",
        ("Base", "Image", "OpticalPath", "Target"),
        (*IMAGE, "visitype"),
        {**KEYS, **TYPE, **PATHS, **TARGET},
    ),
    "Asn_WFSCMB": Expected(
        "wfs",
        ("Base", "Image", "OpticalPath", "Target"),
        (*IMAGE, "visitype", "act_id"),
        {**KEYS, **TYPE, **PATHS, **TARGET, "act_id": ("act_id",)},
    ),
    "Asn_MIRI_LRS_FIXEDSLIT": Expected(
        "spec3",
        ("Base", "Spectrum", "MIRI", "Target"),
        (*SPECTRUM, "target", "exp_type", "opt_elem", "subarray"),
        {"program": ("program",), **TARGET},
    ),
    "Asn_MIRI_LRS_SLITLESS": Expected(
        "spec3",
        ("Base", "Spectrum", "MIRI", "Target"),
        (*SPECTRUM, "target", "exp_type", "opt_elem", "subarray"),
        {"program": ("program",), **TARGET},
    ),
    "Asn_NIR_SO_SLITLESS": Expected(
        "spec3",
        ("Base", "Spectrum", "NIRISS", "Target"),
        (*SPECTRUM, "target", "detector", "exp_type", "opt_elem", "subarray"),
        {"program": ("program",), **TARGET, "subarray": ("subarray",)},
    ),
    "Asn_NRS_FIXEDSLIT": Expected(
        "spec3",
        ("Base", "Spectrum", "NIRSPEC", "OpticalPath", "Target"),
        (*SPECTRUM, *PATH, "target", "exp_type", "fxd_slit", "subarray"),
        {
            "program": ("program",),
            **PATHS,
            **TARGET,
            "fxd_slit": ("fxd_slit",),
            "subarray": ("subarray",),
        },
    ),
    "Asn_NRS_MSA": Expected(
        "spec3",
        ("Base", "Spectrum", "NIRSPEC", "OpticalPath", "Target"),
        (*SPECTRUM, *PATH, "target", "exp_type"),
        {"program": ("program",), **PATHS, **TARGET},
    ),
    "Asn_MIRI_IFU": Expected(
        "spec3",
        ("Base", "Spectrum", "MIRI", "Target"),
        (*SPECTRUM, "target", "exp_type"),
        {"program": ("program",), **TARGET},
    ),
    "Asn_NRS_IFU": Expected(
        "spec3",
        ("Base", "Spectrum", "NIRSPEC", "Target"),
        (*SPECTRUM, "target", "exp_type"),
        {"program": ("program",), **TARGET},
    ),
    "Asn_Coron": Expected(
        "coron3",
        ("Base", "OpticalPath"),
        FLUX,
        {**KEYS, **PATHS, **TYPE, **TARGET},
        needs=("science", "psf"),
    ),
    "Asn_AMI": Expected(
        "ami3", ("Base", "OpticalPath"), FLUX, {**KEYS, **PATHS, **TARGET}, needs=("science",)
    ),
    "Asn_WFSS": Expected(
        "spec3",
        ("Base", "Spectrum", "OpticalPath", "Target"),
        (*SPECTRUM, *PATH, "target", "exp_type"),
        {**KEYS, "opt_elem": ("filter",), **TARGET},
    ),
    "Asn_TSO_Flag": Expected(
        "tso3",
        ("Base", "OpticalPath", "Target"),
        (*BASE, *PATH, "target", "is_tso", "exp_type"),
        {**KEYS, **PATHS, **TARGET, **TYPE},
    ),
    "Asn_TSO_EXPTYPE": Expected(
        "tso3",
        ("Base", "OpticalPath", "Target"),
        (*BASE, *PATH, "target", "no_tso_flag", "exp_type"),
        {**KEYS, **PATHS, **TARGET, **TYPE},
    ),
}
"""Rules of the document, in its order."""

RULES = pytest.mark.parametrize("rule", LEVEL3_2017.rules, ids=lambda rule: rule.name)


def _demand(rule: Rule, clause: str, exposure: Exposure) -> bool:
    """Tell whether one clause of a rule admits an exposure."""
    (demand,) = [demand for each, demand in rule.demands if each.name == clause]
    return admits(demand, exposure)


def test_the_rules_are_those_of_the_document_in_its_order() -> None:
    assert [rule.name for rule in LEVEL3_2017] == list(TABLE)
    assert (LEVEL3_2017.name, LEVEL3_2017.digits) == ("level3-2017", 3)


@RULES
def test_a_rule_has_the_names_of_the_table(rule: Rule) -> None:
    expected = TABLE[rule.name]
    assert rule.name.startswith("Asn_")
    assert rule.base.name == "DMS_Level3_Base"
    assert [mixin.name for mixin in rule.mixins] == [f"AsnMixin_{m}" for m in expected.mixins]
    assert rule.asn_type == expected.asn_type
    assert {clause.name for clause in rule.all_clauses} == set(expected.clauses)
    assert len(rule.all_clauses) == len(expected.clauses)


@RULES
def test_a_rule_groups_by_the_keys_of_the_table(rule: Rule) -> None:
    assert {name: key.sources for name, key in rule.keys} == TABLE[rule.name].keys


@RULES
def test_only_the_second_optical_element_is_optional(rule: Rule) -> None:
    assert {name for name, key in rule.keys if key.optional} <= {"opt_elem2"}


@RULES
def test_only_coronagraphy_and_masking_leave_the_target_free_but_for_science(rule: Rule) -> None:
    bound = {name: key.roles for name, key in rule.keys if key.roles is not None}
    free = rule.name in ("Asn_Coron", "Asn_AMI")
    assert bound == ({"target": ("science",)} if free else {})


@RULES
def test_a_rule_needs_science_and_coronagraphy_a_psf_too(rule: Rule) -> None:
    needs = [(type(need).__name__, getattr(need, "role", None)) for need in rule.all_needs]
    assert needs == [("AtLeast", role) for role in TABLE[rule.name].needs]
    assert {getattr(need, "count", None) for need in rule.all_needs} == {1}


@RULES
def test_only_the_wavefront_rule_is_kept_to_a_candidate_type(rule: Rule) -> None:
    expected = ("mosaic",) if rule.name == "Asn_WFSCMB" else None
    assert rule.scope_reach == Reach(candidate_types=expected)


@RULES
def test_only_the_miri_ifu_has_a_product_name_of_its_own(rule: Rule) -> None:
    name = "jw{program}-{asn_id}_{target}_{instrument}"
    whole = name if rule.name == "Asn_MIRI_IFU" else name + "_{opt}"
    assert rule.product_template == whole


def test_the_rules_are_acceptable() -> None:
    assert check_rules("level3-2017", LEVEL3_2017, frozenset()) == []


@RULES
def test_a_rule_has_a_title_of_one_line(rule: Rule) -> None:
    assert rule.title
    assert rule.title == rule.title.strip()
    assert "\n" not in rule.title
    assert not rule.title.endswith(".")


@RULES
def test_every_clause_looks_at_some_attribute(rule: Rule) -> None:
    for clause, demand in rule.demands:
        key = clause.key.sources if clause.key is not None else ()
        assert attributes(demand) | set(key)


EXP_TYPES = {
    "Asn_Image": "nrc_image mir_image nis_image fgs_image",
    "Asn_WFSCMB": "nrc_image mir_image nis_image fgs_image",
    "Asn_MIRI_LRS_FIXEDSLIT": "mir_lrs-fixedslit mir_tacq",
    "Asn_MIRI_LRS_SLITLESS": "mir_lrs-slitless mir_tacq",
    "Asn_NIR_SO_SLITLESS": "nis_soss nis_tacq nis_tacnfrm",
    "Asn_NRS_FIXEDSLIT": (
        "nrs_fixedslit nrs_autowave nrs_confirm nrs_taconfirm nrs_tacq nrs_taslit"
    ),
    "Asn_NRS_MSA": (
        "nrs_msaspec nrs_autoflat nrs_autowave nrs_confirm nrs_taslit nrs_taconfirm nrs_tacq"
    ),
    "Asn_MIRI_IFU": "mir_mrs mir_flatmrs mir_tacq",
    "Asn_NRS_IFU": "nrs_ifu nrs_autowave nrs_confirm nrs_taconfirm nrs_tacq nrs_taslit",
    "Asn_Coron": "nrc_coron nrc_taconfirm nrc_tacq mir_lyot mir_4qpm mir_tacq",
    "Asn_AMI": "nis_ami nis_taconfirm nis_tacq",
    "Asn_WFSS": "nis_wfss",
    "Asn_TSO_EXPTYPE": (
        "mir_lrs-slitless nis_soss nis_taconfirm nis_tacq nrc_tsimage nrc_tsgrism nrs_bota "
        "nrs_brightobj nrs_taconfirm"
    ),
}
ALL_EXP_TYPES = {word for words in EXP_TYPES.values() for word in words.split()} | {
    *("mir_dark", "nrc_flat", "mir_coroncal", "nrc_grism", "nrs_image", "mir_image-x", "nis_taq")
}


@RULES
def test_a_rule_takes_the_exposure_types_of_the_table(rule: Rule) -> None:
    taken = {word for word in ALL_EXP_TYPES if _demand(rule, "exp_type", {"exp_type": word})}
    known = EXP_TYPES.get(rule.name)
    assert taken == (set(known.split()) if known is not None else ALL_EXP_TYPES)
    assert not _demand(rule, "exp_type", {})


@pytest.mark.parametrize(
    ("name", "clause", "admitted", "refused"),
    [
        (
            "Asn_Image",
            "visitype",
            [{"visitype": "prime_targeted_fixed"}],
            [{"visitype": "a_wfsc_b"}, {}],
        ),
        ("Asn_Image", "is_not_tso", [{}, {"tsovisit": "x"}], [{"tsovisit": "t"}]),
        ("Asn_WFSCMB", "visitype", [{"visitype": "a_wfsc_b"}], [{"visitype": "wfsc"}, {}]),
        ("Asn_MIRI_LRS_FIXEDSLIT", "opt_elem", [{"filter": "p750l"}], [{"filter": "f560w"}, {}]),
        ("Asn_MIRI_LRS_FIXEDSLIT", "subarray", [{"subarray": "full"}], [{"subarray": "subprism"}]),
        ("Asn_MIRI_LRS_SLITLESS", "subarray", [{"subarray": "subprism"}], [{"subarray": "full"}]),
        ("Asn_MIRI_IFU", "instrument", [{"instrume": "miri"}], [{"instrume": "nircam"}, {}]),
        ("Asn_NRS_IFU", "instrument", [{"instrume": "nirspec"}], [{"instrume": "niriss"}]),
        ("Asn_NIR_SO_SLITLESS", "instrument", [{"instrume": "niriss"}], [{"instrume": "miri"}]),
        ("Asn_NIR_SO_SLITLESS", "detector", [{"detector": "nis"}], [{"detector": "nrca1"}, {}]),
        (
            "Asn_NIR_SO_SLITLESS",
            "opt_elem",
            [{"pupil": "gr700xd"}],
            [{"filter": "gr700xd"}, {"pupil": "clear"}],
        ),
        (
            "Asn_NIR_SO_SLITLESS",
            "subarray",
            [{"subarray": "full"}, {"subarray": "substrip256"}, {"subarray": "substrip80"}],
            [{"subarray": "substrip"}, {}],
        ),
        ("Asn_NRS_FIXEDSLIT", "fxd_slit", [{"fxd_slit": "s200a1"}], [{}]),
        (
            "Asn_WFSS",
            "opt_elem2",
            [{"grating": "gr150r"}, {"grating": "gr150c", "pupil": "f115w"}],
            [{"pupil": "gr150r"}, {}],
        ),
        ("Asn_TSO_Flag", "is_tso", [{"tsovisit": "t"}], [{}, {"tsovisit": "x"}]),
        ("Asn_TSO_EXPTYPE", "no_tso_flag", [{}], [{"tsovisit": "t"}, {"tsovisit": "x"}]),
        ("Asn_Coron", "target", [{"targetid": "1"}, {"is_psf": "t"}], [{}]),
        ("Asn_Image", "opt_elem2", [{}, {"pupil": "clear"}], []),
        ("Asn_Image", "opt_elem", [{"filter": "clear"}], [{}]),
    ],
)
def test_a_clause_takes_the_values_of_the_table(
    name: str, clause: str, admitted: list[Exposure], refused: list[Exposure]
) -> None:
    for exposure in admitted:
        assert _demand(LEVEL3_2017[name], clause, exposure)
    for exposure in refused:
        assert not _demand(LEVEL3_2017[name], clause, exposure)


@pytest.mark.parametrize(
    ("exposure", "role"),
    [
        ({"is_psf": "t", "is_imprt": "t", "bkgdtarg": "t", "exp_type": "nrs_dark"}, "psf"),
        ({"is_imprt": "t", "bkgdtarg": "t"}, "imprint"),
        ({"bkgdtarg": "t", "exp_type": "nrs_tacq"}, "background"),
        ({"exp_type": "nrs_autoflat"}, "autoflat"),
        ({"exp_type": "nrs_autowave"}, "autowave"),
        *(
            ({"exp_type": word}, "target_acquisition")
            for word in (
                *("mir_tacq", "nis_tacq", "nis_taconfirm", "nrc_tacq", "nrc_taconfirm"),
                *("nrs_confirm", "nrs_tacq", "nrs_taconfirm", "nrs_taslit"),
            )
        ),
        *(({"exp_type": f"{word}_dark"}, "dark") for word in ("mir", "nis", "nrc", "nrs")),
        *(({"exp_type": word}, "flat") for word in ("mir_flatimage", "mir_flatmrs", "nrc_flat")),
        *(
            ({"exp_type": word}, "engineering")
            for word in (
                *("nis_focus", "nis_lamp", "nrc_focus", "nrc_led"),
                *("nrs_focus", "nrs_image", "nrs_lamp"),
            )
        ),
        ({"exp_type": "mir_image"}, "science"),
        ({"exp_type": "nis_tacnfrm"}, "science"),
        ({}, "science"),
    ],
    ids=str,
)
def test_an_exposure_has_the_role_of_the_first_hit(exposure: Exposure, role: str) -> None:
    assert {decide(rule.member_roles, exposure) for rule in LEVEL3_2017} == {role}


@pytest.mark.parametrize(
    ("exp_type", "suffix", "flagged"),
    [
        ("mir_image", "cal", "calints"),
        ("nrs_msaspec", "cal", "calints"),
        ("nis_soss", "calints", "calints"),
        ("nrc_tsgrism", "calints", "calints"),
        ("nis_wfss", "rate", "rateints"),
        ("fgs_image", "rate", "rateints"),
    ],
)
def test_a_member_has_the_suffix_of_its_stage(exp_type: str, suffix: str, flagged: str) -> None:
    for rule in LEVEL3_2017:
        expected = flagged if rule.name == "Asn_TSO_Flag" else suffix
        assert decide(rule.member_suffixes, {"exp_type": exp_type}) == expected

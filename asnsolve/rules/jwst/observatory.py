"""The domain: which exposures the observatory can take.

Sources: *schema*, the enumerations and keyword dictionary of the JWST data models
(``core.schema.yaml`` of stdatamodels); *JDox*, the JWST user documentation of the instrument's
detectors, optical elements and templates; *pool*, the columns of the pools that the data
management system writes. The values of attributes are listed in ``vocabularies.toml``.
"""

from __future__ import annotations

import tomllib
from functools import partial
from importlib.resources import files
from itertools import chain
from types import MappingProxyType

from asnsolve.expr.build import all_of, any_of, is_set, not_, one_of
from asnsolve.expr.nodes import Predicate
from asnsolve.profiles.jwst import WORDS
from asnsolve.rules.domain import Domain, Fact
from asnsolve.rules.jwst.exposures import ACQUISITIONS, DHS_SUBARRAYS, IMAGE3, WAVEFRONT, implies

_schema = partial(Fact, source="schema")
_jdox = partial(Fact, source="JDox")
_pool = partial(Fact, source="pool")

# Through importlib.resources, so that it works for a package in an archive too.
_VOCABULARIES = tomllib.loads((files(__package__) / "vocabularies.toml").read_text("utf-8"))
# Values by instrument, because facts tie them to it.
_DETECTORS, _FILTERS, _PUPILS, _GRATINGS = (
    _VOCABULARIES[name]["values"] for name in ("detector", "filter", "pupil", "grating")
)
_FIELD_UNIT = ("mir_mrs", "mir_darkmrs", "mir_flatmrs", "mir_flatmrs-ext")
_SKY_SPECTRA = ("nrs_brightobj", "nrs_fixedslit", "nrs_ifu", "nrs_msaspec")
# Gratings with the filters that suit them.
_SUITED = (
    (("prism",), ("clear",)),
    (("g140m", "g140h"), ("f070lp", "f100lp")),
    (("g235m", "g235h"), ("f170lp",)),
    (("g395m", "g395h"), ("f290lp",)),
)
_EXP_TYPES = tuple(sorted(WORDS.values["exp_type"]))


def _of(prefix: str) -> tuple[str, ...]:
    return tuple(exp_type for exp_type in _EXP_TYPES if exp_type.startswith(prefix))


# Types of calibrations, found by their names: a new type of this kind is then internal too.
_INTERNAL = tuple(
    exp_type
    for exp_type in _EXP_TYPES
    if any(
        part in exp_type for part in ("dark", "flat", "lamp", "led", "auto", "linearity", "extcal")
    )
)
_PREFIXES = {"fgs": "fgs_", "miri": "mir_", "nircam": "nrc_", "niriss": "nis_", "nirspec": "nrs_"}


def _where(instrument: str, then: Predicate) -> Predicate:
    return implies(one_of("instrume", instrument), then)


_FACTS = (
    _schema("every exposure has a type of the vocabulary", one_of("exp_type", *_EXP_TYPES)),
    *(
        _schema(
            f"exposure types of {instrument} begin with {prefix}",
            implies(one_of("exp_type", *_of(prefix)), one_of("instrume", instrument)),
        )
        for instrument, prefix in _PREFIXES.items()
    ),
    *(
        _schema(
            f"the detectors of {instrument}", _where(instrument, one_of("detector", *detectors))
        )
        for instrument, detectors in _DETECTORS.items()
    ),
    _jdox(
        "the integral-field unit of MIRI has detectors of its own",
        any_of(
            not_(one_of("instrume", "miri")),
            one_of("exp_type", "mir_darkall"),
            implies(
                one_of("exp_type", *_FIELD_UNIT), one_of("detector", "mirifulong", "mirifushort")
            ),
        ),
    ),
    _jdox(
        "all other MIRI exposures are taken by the imager",
        implies(
            one_of("exp_type", *sorted({*_of("mir_")} - {*_FIELD_UNIT, "mir_darkall"})),
            one_of("detector", "mirimage"),
        ),
    ),
    _jdox(
        "NIRCam detectors are of the long channel or of the short one",
        _where(
            "nircam",
            any_of(not_(one_of("detector", "nrcalong", "nrcblong")), one_of("channel", "long")),
        ),
    ),
    _jdox(
        "NIRCam detectors that are not long are short",
        _where(
            "nircam", any_of(one_of("detector", "nrcalong", "nrcblong"), one_of("channel", "short"))
        ),
    ),
    _pool(
        "only NIRCam and the integral-field unit of MIRI have channels",
        implies(
            is_set("channel"),
            any_of(one_of("instrume", "nircam"), one_of("exp_type", *_FIELD_UNIT)),
        ),
    ),
    *(
        _jdox(
            f"the filters of {instrument}",
            _where(instrument, any_of(not_(is_set("filter")), one_of("filter", *filters))),
        )
        for instrument, filters in _FILTERS.items()
    ),
    _jdox(
        "the integral-field unit of MIRI and the guiders have no filter",
        implies(
            any_of(one_of("exp_type", *_FIELD_UNIT), one_of("instrume", "fgs")),
            not_(is_set("filter")),
        ),
    ),
    _pool(
        "all other exposures have one",
        any_of(
            one_of("exp_type", *_FIELD_UNIT, "mir_darkall"),
            one_of("instrume", "fgs"),
            is_set("filter"),
        ),
    ),
    *(
        _jdox(f"the pupil elements of {instrument}", _where(instrument, one_of("pupil", *pupils)))
        for instrument, pupils in _PUPILS.items()
    ),
    _jdox(
        "only NIRCam and NIRISS have a pupil wheel",
        implies(is_set("pupil"), one_of("instrume", "nircam", "niriss")),
    ),
    _schema("the gratings of NIRSpec", _where("nirspec", one_of("grating", *_GRATINGS["nirspec"]))),
    _pool(
        "only NIRSpec has gratings; pools say that of the grisms of NIRISS too",
        implies(
            is_set("grating"),
            any_of(one_of("instrume", "nirspec"), one_of("grating", "gr150c", "gr150r")),
        ),
    ),
    _schema(
        "the slits of NIRSpec",
        implies(is_set("fxd_slit"), one_of("fxd_slit", *_VOCABULARIES["fxd_slit"]["values"])),
    ),
    _pool(
        "spectra through a slit say which",
        implies(one_of("exp_type", "nrs_fixedslit", "nrs_brightobj"), is_set("fxd_slit")),
    ),
    _jdox("only NIRSpec has slits", implies(is_set("fxd_slit"), one_of("instrume", "nirspec"))),
    _jdox(
        "only the integral-field unit of MIRI has bands",
        implies(is_set("band"), one_of("exp_type", *_FIELD_UNIT)),
    ),
    _pool(
        "only NIRSpec has modes and states of its shutters",
        implies(is_set("opmode", "msastate"), one_of("instrume", "nirspec")),
    ),
    *(
        _pool(f"{name} is t or not set", implies(is_set(name), one_of(name, "t")))
        for name in ("bkgdtarg", "is_imprt", "is_psf", "tsovisit")
    ),
    _jdox(
        "only spectra of shutters and of the integral-field unit of NIRSpec have imprints",
        implies(is_set("is_imprt"), one_of("exp_type", "nrs_ifu", "nrs_msaspec")),
    ),
    _jdox(
        "only high contrast has PSF references, and acquisitions on them",
        implies(
            is_set("is_psf"),
            one_of("exp_type", *("mir_4qpm", "mir_lyot", "nis_ami", "nrc_coron", *ACQUISITIONS)),
        ),
    ),
    _pool("the pointings that pools write", one_of("pntgtype", "science", "target_acquisition")),
    _pool(
        "only acquisitions are pointed for acquisition",
        implies(one_of("pntgtype", "target_acquisition"), one_of("exp_type", *ACQUISITIONS)),
    ),
    _jdox(
        "wavefront sensing is done with images",
        implies(
            any_of(one_of("patttype", "wfsc"), is_set("dms_note"), WAVEFRONT),
            one_of("exp_type", *IMAGE3),
        ),
    ),
    _jdox(
        "the detector of NIRCam is read in stripes for its grism time series alone",
        implies(one_of("subarray", *DHS_SUBARRAYS), one_of("exp_type", "nrc_tsgrism")),
    ),
    _jdox(
        "the filter wheel is closed for calibrations alone",
        implies(one_of("filter", "opaque"), one_of("exp_type", *_INTERNAL)),
    ),
    # Without this fact, witnesses of gaps would be spectra that nobody can take.
    _jdox(
        "spectra of the sky are taken through a filter that suits the grating",
        implies(
            one_of("exp_type", *_SKY_SPECTRA),
            any_of(
                one_of("grating", "mirror"),
                *(
                    all_of(one_of("grating", *gratings), one_of("filter", *filters))
                    for gratings, filters in _SUITED
                ),
            ),
        ),
    ),
    _jdox(
        "spectra of slits and of the integral-field unit are taken through a grating",
        implies(
            one_of("exp_type", *sorted({*_SKY_SPECTRA} - {"nrs_msaspec"})),
            not_(one_of("grating", "mirror")),
        ),
    ),
    *(
        _pool(f"{name} is always set", is_set(name))
        for name in (
            *("asn_candidate", "filename", "lamp", "obs_id", "obs_num", "act_id"),
            *("program", "subarray", "visitype", "nints", "expspcin"),
        )
    ),
)

DOMAIN = Domain(
    values=MappingProxyType(
        {
            "exp_type": _EXP_TYPES,
            **{name: tuple(listed["values"]) for name, listed in _VOCABULARIES.items()},
            "detector": tuple(chain(*_DETECTORS.values())),
            "grating": tuple(chain(*_GRATINGS.values())),
            # Instruments share some of these elements.
            "filter": tuple(sorted(set().union(*_FILTERS.values()))),
            "pupil": tuple(sorted(set().union(*_PUPILS.values()))),
        }
    ),
    sources=MappingProxyType(
        {"exp_type": "schema", **{name: listed["source"] for name, listed in _VOCABULARIES.items()}}
    ),
    facts=_FACTS,
)

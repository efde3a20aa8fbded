"""The domain: which exposures the observatory can take.

Sources: *schema*, the enumerations and keyword dictionary of the JWST data models
(``core.schema.yaml`` of stdatamodels); *JDox*, the JWST user documentation of the instrument's
detectors, optical elements and templates; *pool*, the columns of the pools that the data
management system writes.
"""

from __future__ import annotations

from types import MappingProxyType

from asnsolve.expr.constructors import all_of, any_of, is_set, not_, one_of
from asnsolve.expr.nodes import Predicate
from asnsolve.pool.vocabulary import VALUES
from asnsolve.rules.declarations import Domain, Fact
from asnsolve.rules.jwst.exposures import ACQUISITIONS, DHS_SUBARRAYS, IMAGE3, WAVEFRONT, implies

_SCHEMA = "schema"
_JDOX = "JDox"
_POOL = "pool"

# Values by instrument, because facts tie them to it.
_DETECTORS = {
    "fgs": ("guider1", "guider2"),
    "miri": ("mirimage", "mirifulong", "mirifushort"),
    "nircam": (
        *("nrca1", "nrca2", "nrca3", "nrca4", "nrcalong"),
        *("nrcb1", "nrcb2", "nrcb3", "nrcb4", "nrcblong"),
    ),
    "niriss": ("nis",),
    "nirspec": ("nrs1", "nrs2"),
}

_FILTERS = {
    "miri": (
        *("f560w", "f770w", "f1000w", "f1130w", "f1280w", "f1500w", "f1800w", "f2100w"),
        *("f2550w", "f2550wr", "f1065c", "f1140c", "f1550c", "f2300c", "fnd", "flens"),
        *("p750l", "opaque"),
    ),
    "nircam": (
        *("f070w", "f090w", "f115w", "f140m", "f150w", "f150w2", "f182m", "f187n", "f200w"),
        *("f210m", "f212n", "f250m", "f277w", "f300m", "f322w2", "f335m", "f356w", "f360m"),
        *("f410m", "f430m", "f444w", "f460m", "f480m", "wlp4"),
    ),
    "niriss": (
        *("clear", "f277w", "f356w", "f380m", "f430m", "f444w", "f480m", "gr150c", "gr150r"),
    ),
    "nirspec": (*("clear", "f070lp", "f100lp", "f110w", "f140x", "f170lp", "f290lp", "opaque"),),
}

_PUPILS = {
    "nircam": (
        *("clear", "f162m", "f164n", "f323n", "f405n", "f466n", "f470n", "flat", "gdhs0"),
        *("gdhs60", "grismc", "grismr", "maskbar", "maskipr", "maskrnd", "pinholes", "wlm8"),
        "wlp8",
    ),
    "niriss": (
        *("clearp", "f090w", "f115w", "f140m", "f150w", "f158m", "f200w", "gr700xd", "nrm"),
    ),
}

_GRATINGS = ("g140m", "g235m", "g395m", "g140h", "g235h", "g395h", "prism", "mirror")
_SLITS = ("s200a1", "s200a2", "s200b1", "s400a1", "s1600a1")
_LAMPS = (
    *("off", "none", "nolamp", "flat1", "flat2", "flat3", "flat4", "flat5"),
    *("line1", "line2", "line3", "line4", "ref", "test"),
)
_MODES = ("brightobj", "fixedslit", "grating-only", "ifu", "image", "msaspec")
_FIELD_UNIT = ("mir_mrs", "mir_darkmrs", "mir_flatmrs", "mir_flatmrs-ext")
_SKY_SPECTRA = ("nrs_brightobj", "nrs_fixedslit", "nrs_ifu", "nrs_msaspec")
# Gratings with the filters that suit them.
_SUITED = (
    (("prism",), ("clear",)),
    (("g140m", "g140h"), ("f070lp", "f100lp")),
    (("g235m", "g235h"), ("f170lp",)),
    (("g395m", "g395h"), ("f290lp",)),
)
_EXP_TYPES = tuple(sorted(VALUES["exp_type"]))


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


DOMAIN = Domain(
    values=MappingProxyType(
        {
            "exp_type": _EXP_TYPES,
            "instrume": tuple(sorted(_PREFIXES)),
            "detector": tuple(
                detector for detectors in _DETECTORS.values() for detector in detectors
            ),
            "channel": ("long", "short", "12", "34"),
            "filter": tuple(sorted(set().union(*_FILTERS.values()))),
            "pupil": tuple(sorted(set().union(*_PUPILS.values()))),
            "grating": (*_GRATINGS, "gr150c", "gr150r"),
            "fxd_slit": _SLITS,
            "band": ("short", "medium", "long"),
            "subarray": ("full", "sub320", "allslits", "subs200a1", *DHS_SUBARRAYS),
            "lamp": _LAMPS,
            "opmode": _MODES,
            "patttype": (
                *("none", "intramodule", "4-point", "mimf", "wfsc"),
                *("2-point-nod", "3-point-nod", "4-point-nod", "5-point-nod", "along-slit-nod"),
            ),
            "pntgtype": ("science", "target_acquisition"),
            "visitype": (
                *("prime_targeted_fixed", "prime_targeted_moving", "parallel_pure"),
                *("prime_wfsc_routine", "prime_wfsc_sensing_control"),
            ),
            # Candidate ids are open, so one cell of each sort stands for all of its sort.
            "asn_candidate": (
                "[('o001', 'observation')]",
                "[('c1000', 'direct_image')]",
            ),
            "tsovisit": ("t",),
            "bkgdtarg": ("t",),
            "is_psf": ("t",),
            "is_imprt": ("t",),
            "dms_note": ("wfsc_los_jitter",),
            "msastate": ("primarypark_allopen", "primarypark_allclosed", "primarypark_config"),
            # Rules only ask whether there is more than one.
            "nints": ("1", "5"),
        }
    ),
    sources=MappingProxyType(
        {
            "exp_type": _SCHEMA,
            "instrume": _SCHEMA,
            "detector": _SCHEMA,
            "channel": _SCHEMA,
            "filter": f"{_SCHEMA}, sorted by instrument as in {_JDOX}",
            "pupil": f"{_SCHEMA}, sorted by instrument as in {_JDOX}",
            "grating": f"{_SCHEMA}; {_POOL} for the grisms of NIRISS",
            "fxd_slit": _SCHEMA,
            "band": _SCHEMA,
            "subarray": f"{_SCHEMA}; those that rules name, and some others",
            "lamp": f"{_POOL}; {_JDOX}, NIRSpec calibration lamps",
            "opmode": _SCHEMA,
            "patttype": f"{_SCHEMA}; those that rules name, and some others",
            "pntgtype": _POOL,
            "visitype": f"{_SCHEMA}; one of each sort",
            "asn_candidate": f"{_POOL}; one of each sort",
            "tsovisit": _POOL,
            "bkgdtarg": _POOL,
            "is_psf": _POOL,
            "is_imprt": _POOL,
            "dms_note": _POOL,
            "msastate": _POOL,
            "nints": f"{_POOL}; one, and more than one",
        }
    ),
    facts=(
        Fact(
            "every exposure has a type of the vocabulary", one_of("exp_type", *_EXP_TYPES), _SCHEMA
        ),
        *(
            Fact(
                f"exposure types of {instrument} begin with {prefix}",
                implies(one_of("exp_type", *_of(prefix)), one_of("instrume", instrument)),
                _SCHEMA,
            )
            for instrument, prefix in _PREFIXES.items()
        ),
        *(
            Fact(
                f"the detectors of {instrument}",
                _where(instrument, one_of("detector", *detectors)),
                _SCHEMA,
            )
            for instrument, detectors in _DETECTORS.items()
        ),
        Fact(
            "the integral-field unit of MIRI has detectors of its own",
            any_of(
                not_(one_of("instrume", "miri")),
                one_of("exp_type", "mir_darkall"),
                implies(
                    one_of("exp_type", *_FIELD_UNIT),
                    one_of("detector", "mirifulong", "mirifushort"),
                ),
            ),
            _JDOX,
        ),
        Fact(
            "all other MIRI exposures are taken by the imager",
            implies(
                one_of(
                    "exp_type",
                    *sorted({*_of("mir_")} - {*_FIELD_UNIT, "mir_darkall"}),
                ),
                one_of("detector", "mirimage"),
            ),
            _JDOX,
        ),
        Fact(
            "NIRCam detectors are of the long channel or of the short one",
            _where(
                "nircam",
                any_of(not_(one_of("detector", "nrcalong", "nrcblong")), one_of("channel", "long")),
            ),
            _JDOX,
        ),
        Fact(
            "NIRCam detectors that are not long are short",
            _where(
                "nircam",
                any_of(one_of("detector", "nrcalong", "nrcblong"), one_of("channel", "short")),
            ),
            _JDOX,
        ),
        Fact(
            "only NIRCam and the integral-field unit of MIRI have channels",
            implies(
                is_set("channel"),
                any_of(one_of("instrume", "nircam"), one_of("exp_type", *_FIELD_UNIT)),
            ),
            _POOL,
        ),
        *(
            Fact(
                f"the filters of {instrument}",
                _where(instrument, any_of(not_(is_set("filter")), one_of("filter", *filters))),
                _JDOX,
            )
            for instrument, filters in _FILTERS.items()
        ),
        Fact(
            "the integral-field unit of MIRI and the guiders have no filter",
            implies(
                any_of(one_of("exp_type", *_FIELD_UNIT), one_of("instrume", "fgs")),
                not_(is_set("filter")),
            ),
            _JDOX,
        ),
        Fact(
            "all other exposures have one",
            any_of(
                one_of("exp_type", *_FIELD_UNIT, "mir_darkall"),
                one_of("instrume", "fgs"),
                is_set("filter"),
            ),
            _POOL,
        ),
        *(
            Fact(
                f"the pupil elements of {instrument}",
                _where(instrument, one_of("pupil", *pupils)),
                _JDOX,
            )
            for instrument, pupils in _PUPILS.items()
        ),
        Fact(
            "only NIRCam and NIRISS have a pupil wheel",
            implies(is_set("pupil"), one_of("instrume", "nircam", "niriss")),
            _JDOX,
        ),
        Fact(
            "the gratings of NIRSpec",
            _where("nirspec", one_of("grating", *_GRATINGS)),
            _SCHEMA,
        ),
        Fact(
            "only NIRSpec has gratings; pools say that of the grisms of NIRISS too",
            implies(
                is_set("grating"),
                any_of(one_of("instrume", "nirspec"), one_of("grating", "gr150c", "gr150r")),
            ),
            _POOL,
        ),
        Fact(
            "the slits of NIRSpec",
            implies(is_set("fxd_slit"), one_of("fxd_slit", *_SLITS)),
            _SCHEMA,
        ),
        Fact(
            "spectra through a slit say which",
            implies(one_of("exp_type", "nrs_fixedslit", "nrs_brightobj"), is_set("fxd_slit")),
            _POOL,
        ),
        Fact(
            "only NIRSpec has slits",
            implies(is_set("fxd_slit"), one_of("instrume", "nirspec")),
            _JDOX,
        ),
        Fact(
            "only the integral-field unit of MIRI has bands",
            implies(is_set("band"), one_of("exp_type", *_FIELD_UNIT)),
            _JDOX,
        ),
        Fact(
            "only NIRSpec has modes and states of its shutters",
            implies(is_set("opmode", "msastate"), one_of("instrume", "nirspec")),
            _POOL,
        ),
        *(
            Fact(f"{name} is t or not set", implies(is_set(name), one_of(name, "t")), _POOL)
            for name in ("bkgdtarg", "is_imprt", "is_psf", "tsovisit")
        ),
        Fact(
            "only spectra of shutters and of the integral-field unit of NIRSpec have imprints",
            implies(is_set("is_imprt"), one_of("exp_type", "nrs_ifu", "nrs_msaspec")),
            _JDOX,
        ),
        Fact(
            "only high contrast has PSF references, and acquisitions on them",
            implies(
                is_set("is_psf"),
                one_of(
                    "exp_type",
                    *("mir_4qpm", "mir_lyot", "nis_ami", "nrc_coron", *ACQUISITIONS),
                ),
            ),
            _JDOX,
        ),
        Fact(
            "the pointings that pools write",
            one_of("pntgtype", "science", "target_acquisition"),
            _POOL,
        ),
        Fact(
            "only acquisitions are pointed for acquisition",
            implies(one_of("pntgtype", "target_acquisition"), one_of("exp_type", *ACQUISITIONS)),
            _POOL,
        ),
        Fact(
            "wavefront sensing is done with images",
            implies(
                any_of(one_of("patttype", "wfsc"), is_set("dms_note"), WAVEFRONT),
                one_of("exp_type", *IMAGE3),
            ),
            _JDOX,
        ),
        Fact(
            "the detector of NIRCam is read in stripes for its grism time series alone",
            implies(one_of("subarray", *DHS_SUBARRAYS), one_of("exp_type", "nrc_tsgrism")),
            _JDOX,
        ),
        Fact(
            "the filter wheel is closed for calibrations alone",
            implies(one_of("filter", "opaque"), one_of("exp_type", *_INTERNAL)),
            _JDOX,
        ),
        # Without this fact, witnesses of gaps would be spectra that nobody can take.
        Fact(
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
            _JDOX,
        ),
        Fact(
            "spectra of slits and of the integral-field unit are taken through a grating",
            implies(
                one_of("exp_type", *sorted({*_SKY_SPECTRA} - {"nrs_msaspec"})),
                not_(one_of("grating", "mirror")),
            ),
            _JDOX,
        ),
        *(
            Fact(f"{name} is always set", is_set(name), _POOL)
            for name in (
                *("asn_candidate", "filename", "lamp", "obs_id", "obs_num", "act_id"),
                *("program", "subarray", "visitype", "nints", "expspcin"),
            )
        ),
    ),
)

"""Rules for a mission like HST: an example, not the rules of HST itself.

The images of a CR-SPLIT are calibrated together. The spectra of a CR-SPLIT are calibrated with the
lamp exposure that is nearest in time. The images of a dither pattern are then drizzled.
"""

import astropy.units as u

from asnsolve import Declared, Rule
from asnsolve.expr.build import all_of, at_least, distinct, is_set, one_of, same
from asnsolve.pool.measures import time
from asnsolve.profiles import FileNames, Names, Placeholder, Profile, Vocabulary
from asnsolve.profiles.name_parts import Part
from asnsolve.rules.domain import Promise
from asnsolve.rules.model import Base, Cases, Clause, Mixin
from asnsolve.rules.preferences import best

PROFILE = Profile(
    name="hst_like",
    hierarchy=(("program", ("program",)), ("visit", ("program", "visit"))),
    files=FileNames(
        stages=("raw", "flt", "flc", "drz", "x1d"),
        raw="raw",
        exposure=r"\w(?P<program>\w{3})(?P<visit>\w{2})\w{3}(?=_|$)",
    ),
    names=Names(
        prefix="hst",
        parts={
            "program": Part(r"[a-z0-9.+-]{3,}", "three letters or digits, or more"),
            **dict.fromkeys(("target", "opt"), Part(r"[a-z0-9.+-]+", "letters and digits")),
        },
        placeholders={
            "program": Placeholder("program", "program"),
            "asn_id": Placeholder("id of the candidate; a3001 where discovered"),
            "target": Placeholder("target of the members", "targetid"),
            "instrument": Placeholder("instrument of the members", "instrume"),
            "elements": Placeholder("filter or grating", clauses="opt_elem"),
            "position": Placeholder("position in the pattern", "patt_num"),
            **{name: Placeholder(name, name) for name in ("aperture", "visit", "pattern")},
        },
        samples={"program": "b1a", "target": "t001"},
        program_width=3,
    ),
    words=Vocabulary(
        attributes=frozenset(
            "filename exp_type program asn_candidate visit instrume targetid aperture filter"
            " grating pattern patt_num".split()
        ),
        values={"exp_type": frozenset({"image", "spectrum", "sky", "wavecal"})},
        roles=("science", "background", "wavecal"),
    ),
)

COLUMNS = (time("expstart"),)

IMAGE = one_of("exp_type", "image")
SCIENCE = all_of(
    one_of("exp_type", "image", "spectrum"),
    *map(is_set, ("program", "visit", "instrume", "targetid", "aperture", "patt_num")),
    is_set("filter", "grating"),
)

ROLES = Cases(
    ((one_of("exp_type", "wavecal"), "wavecal"), (one_of("exp_type", "sky"), "background")),
    otherwise="science",
)
BEGINNING = "hst{program}-{asn_id}_{target}_{instrument}_{elements}-{aperture}-v{visit}"
NEEDS = (at_least(1, "science"),)
LEVEL2 = Base("Level2", ROLES, Cases((), "raw"), BEGINNING + "-p{position}", NEEDS, level=2)
LEVEL3 = Base("Level3", ROLES, Cases((), "flc"), BEGINNING + "-{pattern}", NEEDS)

VISIT = Mixin(
    "Visit",
    (
        Clause("program", key=same("program")),
        Clause("instrument", key=same("instrume")),
        Clause("opt_elem", key=same("filter", "grating")),
        Clause("aperture", key=same("aperture")),
        Clause("target", key=same("targetid", roles="science")),
        Clause("visit", key=same("visit", roles="science")),
    ),
)
POSITION = Clause("patt_num", key=same("patt_num", roles="science"))

Asn_CrSplit = Rule(
    name="Asn_CrSplit",
    asn_type="image2",
    title="Images of one CR-SPLIT: one pattern position of a visit",
    base=LEVEL2,
    mixins=(VISIT,),
    clauses=(Clause("exp_type", IMAGE), POSITION),
)

Asn_Spectrum = Rule(
    name="Asn_Spectrum",
    asn_type="spec2",
    title="Spectra of one CR-SPLIT, with the lamp and the sky nearest in time",
    base=LEVEL2,
    mixins=(VISIT,),
    clauses=(Clause("exp_type", one_of("exp_type", "spectrum", "wavecal", "sky")), POSITION),
    steps=(
        best("wavecal", nearest="expstart", within=1 * u.day, note="lamp"),
        best("background", nearest="expstart", within=1 * u.day),
    ),
)

Asn_Dither = Rule(
    name="Asn_Dither",
    asn_type="image3",
    title="Images of one dither pattern, to be drizzled",
    base=LEVEL3,
    mixins=(VISIT,),
    clauses=(Clause("exp_type", IMAGE), Clause("pattern", key=same("pattern"))),
    needs=(distinct(2, "patt_num"),),
)

DECLARED = Declared(
    promises=(Promise(2, SCIENCE, "science", "every complete science exposure is reduced"),),
)

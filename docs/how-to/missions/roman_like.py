"""Rules for a mission like Roman: an example, not the rules of Roman itself.

Each image is calibrated by itself. The images of a visit are combined. The images of a cell of the
sky are also combined, even if they belong to different programs.
"""

from asnsolve import Declared, Rule
from asnsolve.expr.build import all_of, at_least, exactly, is_set, one_of, same
from asnsolve.profiles import FileNames, Names, Placeholder, Profile, Vocabulary
from asnsolve.profiles.name_parts import Part
from asnsolve.rules.domain import Overlap, Promise
from asnsolve.rules.model import Base, Cases, Clause, Mixin, Reach

LEVELS = ("program", "pass", "segment", "visit")

PROFILE = Profile(
    name="roman_like",
    hierarchy=tuple((level, LEVELS[: place + 1]) for place, level in enumerate(LEVELS)),
    files=FileNames(
        stages=("uncal", "cal", "coadd"),
        raw="uncal",
        extension=".asdf",
        exposure=(
            r"r(?P<program>\d{5})(?P<pass>\d{2})(?P<segment>\d{3})(?P<visit>\d{3})"
            r"_(?P<exposure>\d{4})_(?P<detector>wfi\d{2})"
        ),
    ),
    names=Names(
        prefix="r",
        parts={
            "program": Part(r"[a-z0-9.+-]{5,}", "five digits or more"),
            "target": Part(r"[a-z0-9.+-]+", "a cell of the sky, or pass, segment and visit"),
            "opt": Part(r"[a-z0-9.+-]+", "a filter, as f158"),
        },
        placeholders={
            "program": Placeholder("program", "program"),
            "asn_id": Placeholder("id of the candidate; a0001 where discovered"),
            "cell": Placeholder("cell of the sky", "skycell"),
            "pass": Placeholder("pass", "pass", width=2),
            "segment": Placeholder("segment", "segment", width=3),
            "visit": Placeholder("visit", "visit", width=3),
            "instrument": Placeholder("instrument", "instrume"),
            "filter": Placeholder("filter", "filter"),
            "exposure": Placeholder("name of the exposure"),
        },
        samples={"program": "00001", "filter": "f158"},
        discovered="a0001",
    ),
    words=Vocabulary(
        attributes=frozenset(
            "filename exp_type program asn_candidate pass segment visit exposure instrume detector"
            " filter skycell".split()
        ),
        values={
            "exp_type": frozenset({"wfi_image", "wfi_flat"}),
            "instrume": frozenset({"wfi"}),
            "detector": frozenset(f"wfi{number:02}" for number in range(1, 19)),
        },
        roles=("science",),
    ),
)

IMAGE = Mixin(
    "Image",
    (
        Clause("exp_type", one_of("exp_type", "wfi_image")),
        Clause("instrume", key=same("instrume")),
        Clause("filter", key=same("filter")),
    ),
)
SCIENCE = Cases((), "science")
MOSAIC = "r{program}-{asn_id}_{cell}_{instrument}_{filter}"
VISIT = "r{program}-{asn_id}_p{pass}s{segment}v{visit}_{instrument}_{filter}"
ONE, TWO = (exactly(1, "science"),), (at_least(2, "science"),)
LEVEL2 = Base("Level2", SCIENCE, Cases((), "uncal"), "{exposure}", ONE, level=2)
LEVEL3 = Base("Level3", SCIENCE, Cases((), "cal"), MOSAIC, TWO)

Asn_Calibrate = Rule(
    name="Asn_Calibrate",
    asn_type="image2",
    title="Each image by itself",
    base=LEVEL2,
    mixins=(IMAGE,),
    clauses=(Clause("file", key=same("filename")),),
)
Asn_Visit = Rule(
    name="Asn_Visit",
    asn_type="visit3",
    title="The images of one visit through one filter",
    base=LEVEL3,
    mixins=(IMAGE,),
    clauses=tuple(Clause(level, key=same(level)) for level in LEVELS),
    product=VISIT,
)
Asn_Mosaic = Rule(
    name="Asn_Mosaic",
    asn_type="mosaic3",
    title="All images of one cell of the sky through one filter, of any program",
    base=LEVEL3,
    mixins=(IMAGE,),
    clauses=(Clause("skycell", key=same("skycell")),),
    reach=Reach(across_programs=True),
)

PLACED = all_of(
    one_of("exp_type", "wfi_image"), *map(is_set, (*LEVELS, "skycell", "instrume", "filter"))
)
DECLARED = Declared(
    promises=(
        Promise(2, PLACED, "science", "every image is calibrated"),
        Promise(3, PLACED, "science", "every image is in a mosaic"),
    ),
    overlaps=(Overlap(("Asn_Visit", "Asn_Mosaic"), "an image is in two mosaics"),),
)

"""Rules for OWL, an invented mission with keywords, stages and names that no other mission has."""

from asnsolve import Rule
from asnsolve.expr.build import at_least, one_of, same
from asnsolve.profiles import (
    DerivedNumber,
    DerivedWord,
    FileNames,
    Headers,
    Names,
    Placeholder,
    Profile,
    Vocabulary,
)
from asnsolve.profiles.name_parts import Part
from asnsolve.rules.model import Base, Cases, Clause

TEXT = Part(r"[a-z0-9.+-]+", "letters and digits")

PROFILE = Profile(
    name="owl",
    hierarchy=(("program", ("program",)), ("night", ("program", "night"))),
    files=FileNames(
        stages=("lev0", "lev1"),
        raw="lev0",
        exposure=r"owl\.(?P<program>\d{4})\.n(?P<night>\d{3})\.",
        others={"logs of nights": r"owl\.\d{4}\.log\.fits"},
    ),
    names=Names(
        prefix="owl",
        parts={
            "program": Part(r"[a-z0-9.+-]{4,}", "four digits or more"),
            "target": TEXT,
            "opt": TEXT,
        },
        placeholders={
            "program": Placeholder("program", "program"),
            "asn_id": Placeholder("id of the candidate"),
            "target": Placeholder("number of the target", "targetid"),
            "filter": Placeholder("filter", "filter"),
        },
        samples={"program": "0001", "target": "1", "filter": "red"},
        program_width=4,
    ),
    words=Vocabulary(
        attributes=frozenset(
            "filename exp_type program asn_candidate night filter targetid object place".split()
        ),
        values={"exp_type": frozenset({"sky", "star"})},
        nothing={"filter": frozenset({"open"})},
        roles=("science", "background"),
    ),
    headers=Headers(
        keywords={
            **{"program": "propid", "filter": "glass", "object": "pointing"},
            **{"turn": "turn", "weather": "weather"},
        },
        required=("program", "turn"),
        derived=(
            DerivedWord("exp_type", "object", {"blank": "sky"}, otherwise="star"),
            DerivedNumber("asn_candidate", ("program",), form="[('p{:04}', 'program')]"),
            DerivedNumber("place", ("turn",), form="place {}"),
        ),
        defaults={"quality": "good"},
        identity=("program", "night", "turn"),
        targets=("object",),
        companions=("weather",),
    ),
)

Asn_Stack = Rule(
    name="Asn_Stack",
    asn_type="stack3",
    title="Stars of one night through one filter, with the sky",
    base=Base(
        "Stack",
        Cases(((one_of("exp_type", "sky"), "background"),), "science"),
        Cases((), "lev1"),
        "owl{program}-{asn_id}_{target}_{filter}",
        (at_least(1, "science"),),
    ),
    clauses=(
        Clause("exp_type", one_of("exp_type", "sky", "star")),
        Clause("program", key=same("program")),
        Clause("night", key=same("night")),
        Clause("filter", key=same("filter")),
        Clause("target", key=same("targetid", roles="science")),
    ),
)

"""Abstract rules: many keys, all kinds of exceptions to them, and every step."""

from __future__ import annotations

from dataclasses import replace

from asnsolve.expr.build import (
    all_of,
    at_least,
    distinct,
    is_set,
    named,
    not_,
    one_of,
    same,
    within,
)
from asnsolve.rules.level3_2017 import DMS_Level3_Base
from asnsolve.rules.model import Cases, Clause, Reach, Rule
from asnsolve.rules.steps import Attach, BestImprints, DirectImage, Nods, SpectraAsBackground

__all__ = ["ABSTRACT", "EXCEPTED", "FREE", "IMAGED", "PAIRED", "STEPPED", "TANGLED"]

TANGLED = Rule(
    name="Asn_Tangled",
    asn_type="tangled3",
    title="Five keys, four of which some exposures leave open",
    base=replace(
        DMS_Level3_Base,
        roles=Cases(((is_set("is_psf"), "psf"), (is_set("bkgdtarg"), "background")), "science"),
        needs=(at_least(1, "science"),),
    ),
    clauses=(
        Clause("template", not_(one_of("template", "no"))),
        Clause("band", key=same("band")),
        Clause("opt_elem", key=same("filter", "pupil", optional=True)),
        Clause("target", key=same("targetid", roles=("science",))),
        Clause("opt_elem2", key=same("grating", optional=True)),
        Clause("module", key=same("module", optional=True)),
    ),
)
PAIRED = replace(TANGLED, name="Asn_Paired", needs=(distinct(2, "obs_num"), at_least(1, "psf")))
FREE = replace(TANGLED, name="Asn_Free", clauses=TANGLED.clauses[:1])
BRIGHT = named("a bright target", one_of("targetid", "a", "b"))
EXCEPTED = replace(
    TANGLED,
    name="Asn_Excepted",
    title="Keys that bind some exposures alone, or to another value, or to none",
    clauses=(
        TANGLED.clauses[0],
        Clause("band", key=same("band", instead=(BRIGHT, "targetid"))),
        Clause("opt_elem", key=same("filter", open_values=("a", "b"), where=is_set("grating"))),
        Clause(
            "target",
            not_(all_of(BRIGHT, one_of("filter", "c"))),
            same("targetid", roles=("science", "psf"), optional=True, open_values="c"),
        ),
        Clause("opt_elem2", key=same("pupil", optional=True, instead=(BRIGHT, "obs_num"))),
    ),
    needs=(within("group", at_least(2)),),
    reach=Reach(barred_types=("observation",)),
)
STEPPED = replace(
    TANGLED,
    name="Asn_Stepped",
    steps=(
        Attach(one_of("template", "no"), "imprint", ("obs_num",)),
        BestImprints(),
        Nods("primary point"),
        SpectraAsBackground(),
    ),
    base=replace(
        TANGLED.base,
        roles=Cases(((is_set("is_psf"), "imprint"), *TANGLED.base.roles.cases), "science"),
    ),
)
IMAGED = replace(
    STEPPED,
    name="Asn_Imaged",
    steps=(DirectImage(), Nods("pattern number")),
    base=replace(
        TANGLED.base,
        roles=Cases(((is_set("is_psf"), "direct_image"),), "science"),
    ),
)
ABSTRACT = (TANGLED, PAIRED, FREE, EXCEPTED, STEPPED, IMAGED)

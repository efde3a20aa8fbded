"""Rule files with one mistake each, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAULTY_FILES", "FaultyFile"]

HEAD = """\
import sys
from dataclasses import replace
from asnsolve import Rule, RuleSet
from asnsolve.expr.build import *
from asnsolve.expr.nodes import *
from asnsolve.rules.jwst.level3.base import AsnMixin_Science, DMS_Level3_Base
from asnsolve.rules.model import Base, Cases, Clause, Mixin, Reach
from asnsolve.rules.steps import Attach, BestImprints, DirectImage, Nods, SpectraAsBackground
IMAGE = one_of("exp_type", "nrc_image")

"""

GOOD = {
    "name": '"Asn_X"',
    "asn_type": '"x3"',
    "title": '"X"',
    "base": "DMS_Level3_Base",
    "mixins": "(AsnMixin_Science,)",
    "clauses": '(Clause("exp_type", IMAGE),)',
}


@dataclass(frozen=True)
class FaultyFile:
    """A rule file with one mistake, and the rule, the field and words of the message."""

    name: str
    text: str
    field: str
    says: str
    rule: str | None = "Asn_X"


def _rule(**parts: str) -> str:
    """Return a file with a rule that is good but for the parts given."""
    given = ", ".join(f"{name}={value}" for name, value in {**GOOD, **parts}.items())
    return f"{HEAD}Asn_X = Rule({given})\n"


def _clause(text: str) -> str:
    return _rule(clauses=f'(Clause("exp_type", IMAGE), {text})')


def _base(part: str) -> str:
    return _rule(base=f"replace(DMS_Level3_Base, {part})")


FAULTY_FILES = (
    # What a step says.
    FaultyFile(
        "attach_shares_nothing",
        _rule(steps='(Attach(IMAGE, "dark", ()),)'),
        "steps[0].shared",
        "names no attribute",
    ),
    FaultyFile(
        "attach_shares_text",
        _rule(steps='(Attach(IMAGE, "dark", "program"),)'),
        "steps[0].shared",
        "is 'program'; expected a tuple of text. A tuple of one ends in a comma: (value,).",
    ),
    FaultyFile(
        "attach_shares_no_column",
        _rule(steps='(Attach(IMAGE, "dark", ("progam",)),)'),
        "steps[0].shared",
        "no pool has an attribute 'progam'; expected a column of a pool. Did you mean program?",
    ),
    FaultyFile(
        "attach_role",
        _rule(steps='(Attach(IMAGE, "bakground", ("program",)),)'),
        "steps[0].role",
        "Did you mean background?",
    ),
    FaultyFile(
        "nods", _rule(steps='(Nods("x"),)'), "steps[0].overlap", "is 'x'; expected 'other target'"
    ),
    FaultyFile(
        "nods_misspelt",
        _rule(steps='(Nods("other targt"),)'),
        "steps[0].overlap",
        "Did you mean other target?",
    ),
    FaultyFile(
        "step_not_called",
        _rule(steps="(BestImprints,)"),
        "steps[0]",
        "is the class BestImprints; expected a step",
    ),
    FaultyFile(
        "step_flag",
        _rule(steps='(DirectImage("yes"),)'),
        "steps[0].prefer_long",
        "is 'yes'; expected True or False",
    ),
    FaultyFile("lone_step", _rule(steps="BestImprints()"), "steps", "A tuple of one ends in"),
    # Roles and stages.
    FaultyFile(
        "case_without_predicate",
        _rule(roles='Cases((("filter", "science"),), "other")'),
        "roles.cases[0][0]",
        "Did you mean is_set('filter')?",
    ),
    FaultyFile(
        "case_of_three",
        _rule(roles='Cases(((IMAGE, "science", "psf"),), "other")'),
        "roles.cases[0]",
        "is a tuple; expected (a predicate (is_set",
    ),
    FaultyFile(
        "unknown_role",
        _rule(roles='Cases(((is_set("bkgdtarg"), "bakground"),), "science")'),
        "roles.cases[0][1]",
        "'bakground' is not a role; expected one of science, background",
    ),
    FaultyFile(
        "unknown_stage",
        _rule(suffixes='Cases((), "call")'),
        "suffixes.otherwise",
        "Did you mean cal",
    ),
    FaultyFile(
        "stage_with_a_slash",
        _rule(suffixes='Cases((), "c/al")'),
        "suffixes.otherwise",
        "'c/al' is not a stage of a file",
    ),
    FaultyFile(
        "stage_is_none", _rule(suffixes="Cases((), None)"), "suffixes.otherwise", "expected text"
    ),
    FaultyFile("roles_are_text", _rule(roles='"science"'), "roles", "expected Cases(...) or None"),
    FaultyFile(
        "key_of_no_role",
        _clause('Clause("filter", key=same("filter", roles="sience"))'),
        "clauses['filter'].key.roles",
        "Did you mean science?",
    ),
    # The base.
    FaultyFile("level", _base("level=4"), "base.level", "is 4; expected 2 or 3"),
    FaultyFile("level_is_text", _base('level="3"'), "base.level", "expected a whole number"),
    FaultyFile(
        "law",
        _base('laws=("one membrship",)'),
        "base.laws[0]",
        "Did you mean one membership?",
    ),
    FaultyFile("flag", _base("lists_candidates=1"), "base.lists_candidates", "True or False"),
    FaultyFile("base_is_a_class", _rule(base="Base"), "base", "Did you mean Base(...)?"),
    # Names and types.
    FaultyFile("product", _rule(product="3"), "product", "is 3; expected text or None"),
    FaultyFile(
        "template",
        _rule(product='"jw{program}-{asn_id}_{targt}"'),
        "product",
        "Did you mean target",
    ),
    FaultyFile("name", _rule(name='"Image_X"'), "name", "a name that starts with Asn_", "Image_X"),
    FaultyFile("name_is_a_number", _rule(name="7"), "name", "is 7; expected text", "number 1"),
    FaultyFile("name_is_a_list", _rule(name='["Asn_X"]'), "name", "expected text", "number 1"),
    FaultyFile("variant_is_a_list", _rule(variant="[1]"), "variant", "expected text"),
    FaultyFile("variant_is_a_mapping", _rule(variant="{}"), "variant", "expected text"),
    FaultyFile("variant_is_a_set", _rule(variant='{"a"}'), "variant", "expected text"),
    FaultyFile(
        "variant_is_an_object",
        _rule(variant='type("Odd", (), {"__hash__": None})()'),
        "variant",
        "expected text",
    ),
    FaultyFile("type", _rule(asn_type='"Image/3"'), "asn_type", "lower-case letters and digits"),
    FaultyFile("type_is_long", _rule(asn_type='"x" * 300'), "asn_type", "expected at most 227"),
    FaultyFile("no_type", _rule(asn_type='""'), "asn_type", "'' is not an association type"),
    FaultyFile("no_product", _rule(product='""'), "product", "is empty; expected a template"),
    FaultyFile(
        "product_is_long",
        _rule(product='"jw{program}-{asn_id}_{target}_{instrument}_" + "x" * 300'),
        "product",
        "has 343 characters; expected at most 255",
    ),
    FaultyFile("variant_is_blank", _rule(variant='" "'), "variant", "expected one line of text"),
    FaultyFile("variant_is_long", _rule(variant='"x" * 300'), "variant", "at most 255"),
    FaultyFile("note_is_blank", _rule(note='" "'), "note", "expected sentences"),
    FaultyFile("title", _rule(title='"two\\nlines"'), "title", "expected one line of text"),
    FaultyFile(
        "two_of_a_name",
        _rule() + "Asn_Y = replace(Asn_X, title='Y')\n",
        "name",
        "2 rules have this name; expected one of each variant",
    ),
    # Reach and needs.
    FaultyFile(
        "candidate_type",
        _rule(reach='Reach(candidate_types=("obsevation",))'),
        "reach.candidate_types",
        "Did you mean observation?",
    ),
    FaultyFile(
        "candidate_types_are_text",
        _rule(reach='Reach("mosaic")'),
        "reach.candidate_types",
        "A tuple of one ends in a comma",
    ),
    FaultyFile(
        "no_candidate_type", _rule(reach="Reach(())"), "reach.candidate_types", "names no type"
    ),
    FaultyFile(
        "across_programs_in_candidates",
        _rule(reach='Reach(candidate_types=("mosaic",), across_programs=True)'),
        "reach.across_programs",
        "is of the whole pool, and names candidates",
    ),
    FaultyFile(
        "not_imported",
        _rule(steps='(best("background"),)'),
        "steps[0]",
        'Add "from asnsolve.rules.preferences import best".',
    ),
    FaultyFile(
        "no_units",
        _rule(needs="(at_least(2 * u.s),)"),
        "needs[0]",
        'Add "import astropy.units as u".',
    ),
    FaultyFile("count", _rule(needs="(at_least(2.5),)"), "needs[0]", "Did you mean 2 or 3?"),
    FaultyFile(
        "nested_within",
        _rule(needs='(within("mosaic", within("group", at_least(2))),)'),
        "needs[0]",
        "a within(...) stands inside another one",
    ),
    FaultyFile(
        "nested_nodes",
        _rule(needs='(Within(("mosaic",), Within(("group",), AtLeast(2, None))),)'),
        "needs[0].need",
        "is a Within; expected AtLeast(...) or AtMost(...) or Exactly(...) or Distinct(...)",
    ),
    FaultyFile(
        "need_of_a_type",
        _rule(needs='(within("mosaik", at_least(2)),)'),
        "needs[0].candidate_types",
        "Did you mean mosaic?",
    ),
    # Clauses.
    FaultyFile(
        "key_for_a_predicate",
        _clause('Clause("target", same("targetid"))'),
        "clauses['target'].where",
        "Did you mean key=...?",
    ),
    FaultyFile("empty_clause", _clause('Clause("target")'), "clauses['target']", "says nothing"),
    FaultyFile(
        "value",
        _clause('Clause("type", not_(one_of("exp_type", "nrc_imge")))'),
        "clauses['type'].where.predicate",
        "exp_type is never 'nrc_imge'",
    ),
    FaultyFile(
        "attribute",
        _clause('Clause("target", key=same("target_id"))'),
        "clauses['target'].key",
        "Did you mean targetid",
    ),
    FaultyFile(
        "node_by_hand",
        _clause('Clause("filter", OneOf(("filter",), ("F200W",)))'),
        "clauses['filter'].where",
        "was not made by the functions of asnsolve.expr.build",
    ),
    FaultyFile(
        "optional_is_text",
        _clause('Clause("filter", key=same("filter", optional="yes"))'),
        "clauses['filter'].key.optional",
        "expected True or False",
    ),
    FaultyFile("lone_mixin", _rule(mixins="AsnMixin_Science"), "mixins", "A tuple of one ends"),
    FaultyFile(
        "clause_for_a_mixin",
        _rule(mixins='(Clause("exp_type", IMAGE),)'),
        "mixins['exp_type']",
        "is a Clause; expected Mixin(...)",
    ),
    # What fails while the file runs.
    FaultyFile("unknown_field", _rule(clases="()"), "clases", "Did you mean clauses or"),
    FaultyFile(
        "missing_field", f'{HEAD}Asn_X = Rule("Asn_X", "x3", "X")\n', "base", "missing 1 required"
    ),
    FaultyFile(
        "unknown_option",
        _clause('Clause("filter", key=same("filter", role="science"))'),
        "clauses[1].key.role",
        "Did you mean roles",
    ),
    FaultyFile(
        "misspelt_builtin",
        _rule(asn_type="st(3)"),
        "asn_type",
        "'st' is not defined. Did you mean str or",
    ),
    FaultyFile(
        "misspelt_function",
        _clause('Clause("a", one_off("filter", "a"))'),
        "clauses[1].where",
        "Did you mean one_of",
    ),
    FaultyFile(
        "no_value", _clause('Clause("a", one_of("filter"))'), "clauses[1].where", "admits no value"
    ),
    FaultyFile(
        "pattern",
        _clause('Clause("a", matches("filter", "("))'),
        "clauses[1].where",
        "expected a regular expression",
    ),
    # A set.
    FaultyFile(
        "rules_are_a_list",
        _rule() + "MINE = RuleSet('mine', [Asn_X])\n",
        "MINE.rules",
        "is a list; expected a tuple",
        None,
    ),
    FaultyFile("tuple_of_a_rule", _rule().rstrip() + ",\n", "Asn_X", "Is there a comma after"),
    FaultyFile(
        "columns",
        _rule() + "COLUMNS = (3,)\n",
        "COLUMNS",
        "holds 3; expected names of columns",
        None,
    ),
)

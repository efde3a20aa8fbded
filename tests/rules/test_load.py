from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve.errors import RuleError
from asnsolve.expr.build import is_set
from asnsolve.rules.domain import Domain
from asnsolve.rules.level3_2017 import LEVEL3_2017, Asn_AMI, Asn_Image
from asnsolve.rules.load import (
    ALIASES,
    DEFAULT_RULES,
    RULE_SETS,
    declared_rules,
    domain_of_file,
    is_set_name,
    load_rules,
)
from asnsolve.rules.model import Clause
from asnsolve.rules.rule_set import RuleSet
from tests.rules.small import rule, unchecked

HEAD = """\
from asnsolve import Rule, RuleSet
from asnsolve.expr.build import is_set, one_of
from asnsolve.rules.level3_2017 import DMS_Level3_Base
from asnsolve.rules.model import Clause
"""
MINE = """\
Asn_Mine = Rule(
    name="Asn_Mine",
    asn_type="mine3",
    title="Mine",
    base=DMS_Level3_Base,
    clauses=(Clause("exp_type", one_of("exp_type", "mir_image")),),
)
"""


@pytest.fixture(name="written")
def fixture_written(tmp_path: Path) -> Path:
    """Return the place of a rule file with one rule."""
    return _write(tmp_path, MINE)


def _write(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(HEAD + text)
    return path


def _refusal(*sources: object) -> str:
    with pytest.raises(RuleError) as caught:
        unchecked(load_rules, *sources)
    return str(caught.value)


def _names(rules: RuleSet) -> list[str]:
    return [each.name for each in rules]


def test_a_set_is_loaded_by_name() -> None:
    loaded = load_rules("level3-2017")
    assert loaded == LEVEL3_2017
    assert loaded["Asn_Image"] is Asn_Image


def test_the_default_set_has_the_name_of_its_release_too() -> None:
    assert load_rules("jwst-3.0") is load_rules("jwst")
    assert all(map(is_set_name, (*RULE_SETS, *ALIASES)))
    assert not is_set_name("jwst-2.0")
    assert not is_set_name(LEVEL3_2017)
    assert "Did you mean jwst-3.0 or jwst?" in _refusal("jwst-3.1")


def test_without_a_source_the_default_set_is_loaded() -> None:
    assert load_rules() == load_rules(DEFAULT_RULES) == RULE_SETS[DEFAULT_RULES]


def test_a_file_is_loaded_from_text_or_path(written: Path) -> None:
    for loaded in (load_rules(written), load_rules(str(written))):
        assert (loaded.name, loaded.digits, _names(loaded)) == ("mine", 5, ["Asn_Mine"])


def test_a_rule_and_a_set_are_taken_as_they_are() -> None:
    assert load_rules(Asn_Image) == RuleSet("Asn_Image", (Asn_Image,))
    assert load_rules(LEVEL3_2017) == LEVEL3_2017


def test_several_sources_are_joined_in_order(written: Path) -> None:
    loaded = load_rules(written, "level3-2017")
    assert loaded.name == "mine+level3-2017"
    assert loaded.rules[1:] == LEVEL3_2017.rules
    assert _names(loaded)[0] == "Asn_Mine"
    assert loaded.digits == 5


@pytest.mark.parametrize("wrap", [list, iter, lambda sources: [[sources[0]], (sources[1],)]])
def test_sources_may_stand_in_an_iterable(wrap: type[list[object]]) -> None:
    loaded = unchecked(load_rules, wrap([Asn_Image, Asn_AMI]))
    assert loaded.rules == (Asn_Image, Asn_AMI)
    assert loaded.name == "Asn_Image+Asn_AMI"


def test_what_is_loaded_may_be_loaded_again(written: Path) -> None:
    loaded = load_rules(written, Asn_AMI)
    assert load_rules(loaded) == loaded


def test_an_unknown_name_asks_what_was_meant() -> None:
    assert _refusal("level3-2071") == (
        "there is no rule set or file 'level3-2071'; expected one of jwst, jwst-main, level3-2017, "
        "or a Python file. Did you mean level3-2017?"
    )


@pytest.mark.parametrize("place", ["nowhere.py", "."])
def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path, place: str) -> None:
    path = tmp_path / place
    assert _refusal(path).startswith(f"there is no rule set or file {str(path)!r}; expected one of")


@pytest.mark.parametrize("source", [3, None, [3]], ids=str)
def test_what_is_no_source_is_refused(source: object) -> None:
    thing = "3" if source is not None else "None"
    assert _refusal(source) == (
        f"{thing} is not a source of rules; expected a name, a Python file, a Rule or a RuleSet"
    )


def test_a_file_that_is_not_python_is_refused_with_its_line(tmp_path: Path) -> None:
    path = _write(tmp_path, "Asn_Mine = Rule(\n")
    assert _refusal(path) == f"{path}, line 5: not Python: '(' was never closed"


def test_a_file_that_fails_is_refused_with_its_line(tmp_path: Path) -> None:
    path = _write(tmp_path, MINE + "\nnumber = 1 / 0\n")
    assert _refusal(path) == (
        f"{path}, line 13: running the file failed: ZeroDivisionError: division by zero"
    )


def test_the_line_is_the_last_one_of_the_file_itself(tmp_path: Path) -> None:
    text = "def told(word):\n    return one_of(3, word)\n\n\ntold('a')\n"
    path = _write(tmp_path, text)
    assert _refusal(path).startswith(f"{path}, line 6: 3 is not text; expected")


def test_nonsense_in_a_file_is_told_as_it_is_with_its_line(tmp_path: Path) -> None:
    path = _write(tmp_path, "first = is_set('filter')\nodd = one_of('filter')\n")
    assert _refusal(path) == (
        f"{path}, line 6: one_of(filter) admits no value; expected at least one value"
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("LONG = Clause(name='long', were=is_set('filter'))\n", "field LONG.were"),
        (
            "MINE = RuleSet(name='mine', rules=(Rule(name='Asn_A', tite='A'),))\n",
            "field MINE.rules",
        ),
        ("Asn_A = Rule(name='Asn_A', tite='A')\n", "rule Asn_A, field tite"),
        ("Asn_B = Rule(name='Asn_A', clauses=(one_of('filter'),))\n", "rule Asn_A, field clauses"),
    ],
)
def test_only_what_is_in_a_rule_is_told_as_of_a_rule(text: str, where: str, tmp_path: Path) -> None:
    assert _refusal(_write(tmp_path, text)).startswith(f"{tmp_path / 'mine.py'}, {where}")


def test_a_broken_module_that_the_file_imports_is_not_taken_for_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_neighbour.py").write_text("x = (\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    path = _write(tmp_path, "\nimport broken_neighbour\n")
    assert _refusal(path) == (
        f"{path}, line 6: running the file failed: SyntaxError: '(' was never closed "
        "(broken_neighbour.py, line 1)"
    )


def test_a_file_that_cannot_be_read_is_refused_without_a_row(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_bytes(b"x = 1\n\x00\n")
    assert re.match(
        re.escape(str(path)) + r"(, row \d+)?: (not Python|running the)", _refusal(path)
    )


def test_a_refusal_inside_a_file_is_passed_on(tmp_path: Path) -> None:
    path = _write(tmp_path, "from asnsolve import load_rules\nload_rules('jwts')\n")
    refused = f"{path}, line 6: there is no rule set or file 'jwts'"
    assert _refusal(path).startswith(refused)


@pytest.mark.parametrize("text", ["", "_Asn_Mine = " + MINE.removeprefix("Asn_Mine = ")])
def test_a_file_without_rules_is_refused(tmp_path: Path, text: str) -> None:
    path = _write(tmp_path, text)
    assert _refusal(path) == (
        f"{path}: the file holds no rule; expected names of the module that hold Rule values. "
        "A name with a leading underscore is skipped."
    )


def test_a_rule_of_two_names_in_a_file_is_one_rule(tmp_path: Path) -> None:
    sets = "also = Asn_Mine\nboth = RuleSet('both', (Asn_Mine,), digits=7)\n"
    loaded = load_rules(_write(tmp_path, MINE + sets))
    assert _names(loaded) == ["Asn_Mine"]
    assert loaded.digits == 7


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, MINE + MINE.replace("Asn_Mine = ", "other = "))
    assert (
        _refusal(path)
        == f"{path}, rule Asn_Mine, field name: 2 rules have this name; expected one of each "
        "variant. Give one of them another name, or a variant."
    )
    assert _refusal(Asn_Image, LEVEL3_2017) == (
        "level3-2017, rule Asn_Image, field name: Asn_Image has a rule of this name too; "
        "expected one of each name and variant. "
        "Leave the set out: use --ignore-default, or name only the others."
    )


def test_a_rule_whose_clauses_are_a_list_is_refused_in_words(tmp_path: Path) -> None:
    path = _write(tmp_path, MINE.replace("),),\n)", ")],\n)").replace("=(Clause", "=[Clause"))
    assert "field clauses: is a list; expected a tuple" in _refusal(path)


def test_every_unacceptable_rule_of_a_file_is_named(tmp_path: Path) -> None:
    text = MINE.replace('"Asn_Mine"', '"Mine"') + MINE.replace("mir_image", "mir_imag").replace(
        "Asn_Mine =", "other ="
    )
    path = _write(tmp_path, text)
    first, second = _refusal(path).splitlines()
    assert first.startswith(f"{path}, rule Mine, field name: 'Mine' is not a name of a rule")
    where = f"{path}, rule Asn_Mine, field clauses['exp_type'].where"
    assert second.startswith(f"{where}: exp_type is never 'mir_imag'")


def test_a_column_of_ones_own_is_declared_in_columns(tmp_path: Path) -> None:
    own = MINE.replace("one_of(", "is_set(").replace('"exp_type", "mir_image"', '"my_flag"')
    refused = _refusal(_write(tmp_path, own))
    assert refused.endswith("Declare a column of your own in COLUMNS.")
    for declared in ('("MY_FLAG",)', '["my_flag"]', '" My_Flag "'):
        path = _write(tmp_path, own + f"COLUMNS = {declared}\n")
        assert load_rules(path).columns == {"my_flag"}


def test_declared_columns_stay_with_the_set(tmp_path: Path) -> None:
    own = MINE.replace("one_of(", "is_set(").replace('"exp_type", "mir_image"', '"my_flag"')
    loaded = load_rules(_write(tmp_path, own + "COLUMNS = ('my_flag',)\n"))
    assert load_rules(loaded) == loaded
    held = RuleSet("held", loaded.rules, columns=frozenset({"my_flag"}))
    assert load_rules(held, Asn_AMI).columns == {"my_flag"}
    assert "no pool has an attribute 'my_flag'" in _refusal(loaded.rules)


def test_a_set_in_a_file_brings_its_columns(tmp_path: Path) -> None:
    own = MINE.replace("one_of(", "is_set(").replace('"exp_type", "mir_image"', '"my_flag"')
    text = own + "mine = RuleSet('held', (Asn_Mine,), columns=frozenset({'my_flag'}))\n"
    assert load_rules(_write(tmp_path, text)).columns == {"my_flag"}


@pytest.mark.parametrize(("declared", "held"), [("3", 3), ("(3,)", 3), ("None", None)])
def test_columns_that_are_no_names_are_refused(tmp_path: Path, declared: str, held: object) -> None:
    path = _write(tmp_path, MINE + f"COLUMNS = {declared}\n")
    expected = "names of columns, or measures such as number(...)"
    assert _refusal(path) == f"{path}, field COLUMNS: holds {held}; expected {expected}"


def test_a_rule_that_is_given_is_checked() -> None:
    assert _refusal(rule(name="Small", clauses=(Clause("x", is_set("filtre")),))) == (
        "Small, rule Small, field name: 'Small' is not a name of a rule; expected a name that "
        "starts with Asn_\nSmall, rule Small, field clauses['x'].where: no pool has an attribute "
        "'filtre'; expected a column of a pool. "
        "Did you mean filter? Otherwise, declare the column in COLUMNS."
    )


def test_an_empty_list_of_rules_is_refused() -> None:
    assert _refusal([]) == (
        "the list of rules is empty. Call load_rules() for the default rule set."
    )
    assert load_rules().name == DEFAULT_RULES


@pytest.mark.parametrize("text", ["sys.exit(0)", "exit()", "raise SystemExit('done')"])
def test_a_file_that_ends_the_program_is_refused(tmp_path: Path, text: str) -> None:
    path = _write(tmp_path, f"import sys\n{text}\n" + MINE)
    assert _refusal(path) == (
        f"{path}, line 6: the file ends the program; expected a file that runs to its end. "
        "Remove the call of sys.exit() or exit()."
    )


ODD_ERRORS = """\
class Odd(Exception):
    def __str__(self):
        raise ValueError("no text")
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            ODD_ERRORS + "raise Odd\n",
            "line 8: running the file failed: Odd: <exception str() failed>",
        ),
        (
            "raise ValueError('a\\x1b[2J\\nb')",
            r"line 5: running the file failed: ValueError: a\x1b[2J\nb",
        ),
        ("class Base(BaseException): ...\nraise Base", "line 6: running the file failed: Base"),
        (
            "from asnsolve.expr.build import one_off",
            "line 5: running the file failed: ImportError: cannot import name 'one_off' from "
            "'asnsolve.expr.build'",
        ),
    ],
    ids=["no text", "control characters", "no Exception", "misspelt import"],
)
def test_any_error_of_a_file_is_told_on_one_line(tmp_path: Path, text: str, said: str) -> None:
    (line,) = _refusal(_write(tmp_path, text)).splitlines()
    assert said in line
    assert ("Did you mean one_of" in line) == ("one_off" in text)


def test_what_a_file_prints_does_not_get_into_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_rules(_write(tmp_path, MINE + "print('hello')\n"))
    assert capsys.readouterr() == ("", "hello\n")


def test_a_type_of_candidates_of_ones_own_is_declared(tmp_path: Path) -> None:
    reach = "Rule(reach=Reach(('survey',)),"
    own = "from asnsolve.rules.model import Reach\n" + MINE.replace("Rule(", reach)
    refused = _refusal(_write(tmp_path, own))
    assert "field reach.candidate_types: 'survey' is not a type of candidate" in refused
    assert refused.endswith("Declare a type of your own in CANDIDATE_TYPES.")
    loaded = load_rules(_write(tmp_path, own + "CANDIDATE_TYPES = ('Survey',)\n"))
    assert loaded.candidate_types == {"survey"}
    assert load_rules(loaded, Asn_AMI).candidate_types == {"survey"}
    wrong = _write(tmp_path, own + "CANDIDATE_TYPES = 3\n")
    says = "holds 3; expected types of candidates"
    assert _refusal(wrong) == f"{wrong}, field CANDIDATE_TYPES: {says}"


def test_an_imported_rule_of_the_package_is_none_of_the_file(tmp_path: Path) -> None:
    imported = "from asnsolve.rules.level3_2017 import Asn_Image, LEVEL3_2017\n"
    assert _names(load_rules(_write(tmp_path, imported + MINE))) == ["Asn_Mine"]
    assert "holds no rule of its own, but only imports Asn_Image" in _refusal(
        _write(tmp_path, imported)
    )
    held = _write(tmp_path, imported + "MINE = RuleSet('mine', (Asn_Image,))\n")
    assert _names(load_rules(held)) == ["Asn_Image"]
    made = _write(tmp_path, imported + "from dataclasses import replace\nA = replace(Asn_Image)\n")
    assert _names(load_rules(made)) == ["Asn_Image"]


def test_sources_in_one_text_are_joined_by_a_plus(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(written.parent)
    assert load_rules("level3-2017+mine.py") == load_rules("level3-2017", "mine.py")
    written.rename("a+b.py")
    assert load_rules("a+b.py").name == "a+b"


def test_what_a_file_declares_stays_with_its_rules(tmp_path: Path) -> None:
    text = """
from asnsolve import Declared, Domain
from asnsolve.rules.domain import Waiver
DOMAIN = Domain({"lamp": ("a",)})
DECLARED = Declared(waivers=(Waiver("dead value", "Asn_Mine", "a", "later"),))
"""
    loaded = load_rules(_write(tmp_path, MINE + text))
    assert loaded.domain is not None
    assert loaded.declared is not None
    joined = load_rules("level3-2017", loaded)
    assert joined.domain == loaded.domain
    assert joined.declared == loaded.declared
    second = replace(loaded, domain=Domain({"lamp": ("b",), "band": ("c",)}), rules=(Asn_Image,))
    both = load_rules(loaded, second)
    assert both.domain == Domain({"lamp": ("b",), "band": ("c",)})
    assert both.declared == loaded.declared


def test_mistakes_in_declarations_are_reported(tmp_path: Path, written: Path) -> None:
    text = """\
from asnsolve.expr.build import is_set
from asnsolve.rules.domain import Declared, Gap, Waiver
DECLARED = Declared(
    gaps=(Gap(4, "sciense", is_set("filter"), "x"),),
    waivers=(Waiver("dead value", "Asn_Mien", "x", "x"),),
)
"""
    with pytest.raises(RuleError) as caught:
        declared_rules(written, _write(tmp_path, text, "declared.py"))
    gap = "DECLARED.gaps[0]"
    assert [problem.location.field for problem in caught.value.problems] == [
        *(f"{gap}.level", f"{gap}.role", "DECLARED.waivers[0].rule")
    ]
    assert "Did you mean science" in str(caught.value)
    assert "Did you mean Asn_Mine" in str(caught.value)


def test_unknown_attributes_of_declarations_are_mistakes_each_reported_once(tmp_path: Path) -> None:
    text = """
from asnsolve.expr.build import all_of, is_set, one_of
from asnsolve.rules.domain import Declared, Domain, Fact, Gap, Promise
WRONG = all_of(is_set("lamp"), is_set("filtr"))
COLUMNS = {"lamp"}
DOMAIN = Domain(facts=(Fact("lamps have pupils", one_of("pupli", "clear"), "a book"),))
DECLARED = Declared(
    promises=(Promise(2, WRONG, "science", "x"), Promise(3, WRONG, "science", "y")),
    gaps=(Gap(2, "science", is_set("gratign"), "z"),),
)
"""
    path = _write(tmp_path, MINE + text)
    with pytest.raises(RuleError) as caught:
        load_rules(path)
    assert [(one.location.field, one.what) for one in caught.value.problems] == [
        ("DOMAIN.facts[0].predicate", "no pool has an attribute 'pupli'"),
        ("DECLARED.promises[0].where.predicates[1]", "no pool has an attribute 'filtr'"),
        ("DECLARED.gaps[0].where", "no pool has an attribute 'gratign'"),
    ]
    assert "Did you mean filter" in caught.value.problems[1].advice
    right = text.replace("filtr", "filter").replace("pupli", "pupil").replace("gratign", "grating")
    assert load_rules(_write(tmp_path, MINE + right)).declared is not None
    apart = _write(tmp_path, text, "declared.py")
    with pytest.raises(
        RuleError, match=r"DECLARED\.gaps\[0\]\.where: no pool has an attribute 'gratign'"
    ):
        declared_rules(_write(tmp_path, MINE + 'COLUMNS = {"lamp"}'), apart)


def test_rules_that_a_file_declares_something_of_are_looked_for_when_it_is_checked(
    tmp_path: Path,
) -> None:
    text = """
from asnsolve.rules.domain import Declared, Overlap
DECLARED = Declared(
    overlaps=(
        Overlap(("Asn_Mine", "Asn_Lv3Image"), "both take images"),
        Overlap(("Asn_Mine", "Asn_Other"), "both take images"),
    ),
)
"""
    path = _write(tmp_path, MINE + text)
    assert load_rules(path).declared is not None
    with pytest.raises(RuleError) as caught:
        declared_rules(path)
    (problem,) = caught.value.problems
    assert (problem.location.file, problem.location.field) == (
        str(path),
        "DECLARED.overlaps[1].rules",
    )
    other = _write(tmp_path, MINE.replace("Asn_Mine", "Asn_Other"), "other.py")
    assert len(declared_rules((path, other))) == 2


def test_values_that_no_pool_has_are_no_domain(tmp_path: Path) -> None:
    text = """\
from asnsolve.rules.domain import Domain
DOMAIN = Domain({"filter": ("F200W", "NULL", ""), "nope": ("a",), "box": ("a",)})
"""
    path = _write(tmp_path, text, "domain.py")
    with pytest.raises(RuleError) as caught:
        domain_of_file(path, frozenset({"box"}))
    assert [problem.location.field for problem in caught.value.problems] == [
        *["DOMAIN.values['filter']"] * 3,
        "DOMAIN.values['nope']",
    ]

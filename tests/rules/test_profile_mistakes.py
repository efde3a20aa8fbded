"""A mistake in the profile of a mission is reported with the file and the field, as one message."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve import Profile, RuleError, RuleSet, load_rules
from asnsolve.cli.main import main
from asnsolve.profiles.jwst import PROFILE
from asnsolve.rules.profile_mistakes import profile_mistakes
from tests.docs.pages import ROOT

MISSIONS = ROOT / "docs/how-to/missions"
SURVEY = """\
from asnsolve import FileNames, Names, Part, Placeholder, Profile, Vocabulary

PROFILE = Profile(
    name="survey",
    hierarchy=(("program", ("program",)),),
    files=FileNames(stages=("raw", "cal"), raw="raw"),
    names=Names(
        prefix="s",
        parts={"program": Part("[a-z0-9.+-]{5,}", "five letters or digits, or more")},
        placeholders={"program": Placeholder("program", "program", width=5)},
    ),
    words=Vocabulary(attributes=frozenset({"filename"}), roles=("science",)),
)
"""
ROMAN = (MISSIONS / "roman_like.py").read_text("utf-8")

TYPES = (
    ("PROFILE = Profile", "", "is the class Profile"),
    ("PROFILE = {}", "", "expected Profile(...)"),
    ("PROFILE = R(PROFILE, name=5)", "name", "expected text"),
    ("PROFILE = R(PROFILE, hierarchy='program')", "hierarchy", "a tuple"),
    (
        "PROFILE = R(PROFILE, hierarchy=('program',))",
        "hierarchy[0]",
        "text), such as ('program",
    ),
    ("PROFILE = R(PROFILE, files=None)", "files", "FileNames(...)"),
    ("PROFILE = R(PROFILE, archive=None)", "archive", "ArchiveTables(...)"),
    ("PROFILE = R(PROFILE, fields={})", "fields", "FileFields(...)"),
)
FILES = (
    ("stages='uncal cal'", "stages", "a tuple of text"),
    ("stages=()", "stages", "at least one stage"),
    ("stages=('uncal', 'cal', 'c(')", "stages", "'c('; expected lower-case"),
    ("stages=('uncal', 'cal', 'c_al')", "stages", "'c_al'"),
    ("stages=('uncal', 'cal', 'cal')", "stages", "2 times"),
    ("raw='unca'", "raw", "Did you mean uncal?"),
    ("extension='asdf'", "extension", "a point"),
    ("with_id=('crf',)", "with_id", "'crf' is not a stage"),
    ("suffixes=frozenset({'c('})", "suffixes", "'c('"),
    ("spectrum=''", "spectrum", "lower-case"),
    ("exposure='('", "exposure", "not a regular expression: missing )"),
    ("exposure='a{99999999999}'", "exposure", "not a regular expression"),
    ("exposure='r.*'", "exposure", "no named group"),
    ("exposure='r(?P<vist>.*)'", "exposure", "Did you mean visit?"),
    ("others={'previews': '('}", "others['previews']", "not a regular expression"),
    ("image_products=('direct_image',)", "image_products[0]", "expected (text, text)"),
    ("image_products=(('scence', '_i2d.fits'),)", "image_products[0][0]", "mean science?"),
    ("image_products=(('science', 'a/b'),)", "image_products[0][1]", "an ending"),
)
NAMES = (
    ("prefix='R_('", "prefix", "'R_('"),
    ("prefix='a/b'", "prefix", "'a/b'"),
    ("parts={}", "parts", "has no program"),
    ("parts={**N.parts, 'program': ('a', 'b')}", "parts['program']", "Part(...)"),
    ("parts={**N.parts, 'program': Part(5, 'x')}", "parts['program'].pattern", "is 5"),
    ("parts={**N.parts, 'program': Part('(', 'x')}", "parts['program'].pattern", "missing )"),
    ("parts={**N.parts, 'opt': Part('(?i)a', 'x')}", "parts['opt'].pattern", "global flags"),
    ("parts={**N.parts, 'opt': Part('(?P<a>b)', 'x')}", "parts['opt'].pattern", "named group"),
    ("parts={**N.parts, 'prgram': Part('a', 'x')}", "parts['prgram']", "mean program?"),
    ("placeholders=without('program')", "placeholders", "has no program"),
    ("placeholders=without('asn_id')", "placeholders", "has no asn_id"),
    ("placeholders=having(Placeholder('c', 'skycel'))", "placeholders['cell'].attribute", "mean"),
    ("placeholders=having(Placeholder('c'))", "placeholders['cell'].attribute", "is empty"),
    ("placeholders=having(Placeholder('c', 'visit', width=-1))", "placeholders['cell'].width", ""),
    (
        "placeholders=N.placeholders | {'opt': Placeholder('c', 'visit', 'opt'), 'elements': E}",
        "placeholders['opt']",
        "one of the two",
    ),
    ("placeholders=N.placeholders | {'opt': E}", "placeholders", "but not elements"),
    ("placeholders=N.placeholders | {'elements': F}", "placeholders['elements'].clauses", "empty"),
    ("placeholders=having(Placeholder('c', clauses='opt'))", "placeholders['cell'].clauses", ""),
    ("samples={**N.samples, 'fliter': 'f158'}", "samples", "Did you mean filter?"),
    ("samples={'program': '1'}", "samples", "expected five digits or more"),
    ("left_to_pipeline={'A B': 'x'}", "left_to_pipeline", "'A B'"),
    ("left_to_pipeline={'cell': 'x'}", "left_to_pipeline", "2 times"),
    ("program_width='5'", "program_width", "a whole number"),
    ("program_width=10**9", "program_width", "0 to 255"),
    ("program_width=1", "program_width", "turns the sample '00001' into '1'"),
    ("target_letter='_'", "target_letter", "lower-case"),
    ("subarray_ending='('", "subarray_ending", "not a regular expression"),
    ("discovered='discovered'", "discovered", "one letter and digits"),
    ("image='r{program}-{asn_id}_{cell}_{instrument}'", "image", "no products of them"),
    ("exposure_labels=('a', 'b')", "exposure_labels", "one label for each group"),
    ("exposure_parts='('", "exposure_parts", "not a regular expression"),
)
WORDS = (
    ("attributes={'filename'}", "attributes", "a frozenset of text"),
    ("attributes=W.attributes - {'asn_candidate'}", "attributes", "lacks asn_candidate"),
    ("attributes=W.attributes | {'GAIN'}", "attributes", "Did you mean gain?"),
    ("values={'exp_typ': frozenset({'a'})}", "values", "Did you mean exp_type?"),
    ("values={'exp_type': frozenset()}", "values['exp_type']", "is empty"),
    ("values={'exp_type': frozenset({'WFI_IMAGE'})}", "values['exp_type']", "wfi_image?"),
    ("nothing={'gain': frozenset({'a'})}", "nothing", "no pool has an attribute 'gain'"),
    ("null_words=('UNKNOWN',)", "null_words", "Did you mean unknown?"),
    ("roles=('lamp',)", "roles", "not have the role science"),
    ("roles=('science', 'a b')", "roles", "'a b'"),
    ("roles=('science', 'science')", "roles", "2 times"),
    ("candidate_types=('',)", "candidate_types", "one line of text"),
)
FIELDS = (
    ("association='asn_type'", "association", "a tuple of FileField(...)"),
    ("association=({'asn_type': 'asn_type'},)", "association[0]", "FileField(...)"),
    ("association=(*A, K('pool', 5))", "association[10].holds", "expected text"),
    ("association=(*A, K('a b', constant='x'))", "association['a b']", "cannot be a key"),
    ("association=(*A, K('', constant='x'))", "association['']", "cannot be a key"),
    (
        "association=(*A, K('products', constant='x'))",
        "association['products']",
        "another meaning in",
    ),
    (
        "association=(*A, K('file_name', constant='x'))",
        "association['file_name']",
        "another meaning in",
    ),
    ("association=(*A, K('crc32', constant='x'))", "association['crc32']", "another key"),
    ("association=(*A, K('records', constant='x'))", "association['records']", "another key"),
    ("association=(*A, K('target', constant='x'))", "association", "'target' 2 times"),
    ("association=(*A, K('pool', 'asn_pool'))", "association", "'asn_pool' 2 times"),
    ("association=(*A, K('pool'))", "association['pool']", "neither an attribute nor a"),
    (
        "association=(*B, K('pool', 'asn_pool', 'x'))",
        "association['pool']",
        "both an attribute and a constant",
    ),
    ("association=(*B, K('pool', 'asn_pol'))", "association['pool'].holds", "mean asn_pool"),
    ("association=(*B, K('pool', 'expname'))", "association['pool'].holds", "one of asn_type"),
    ("association=(*A, K('a', constant='x\\ny'))", "association['a'].constant", "one line"),
    ("association=(*B, K('pool', 'asn_pool', levels=()))", "association['pool'].levels", "2 or"),
    ("association=(*B, K('pool', 'asn_pool', levels=(4,)))", "association['pool'].levels", "(4,"),
    ("association=A[1:]", "association", "has no key for asn_type, without which"),
    ("association=(K('t', 'asn_type', levels=(3,)), *A[1:])", "association['t'].levels", "all"),
    ("member=M[1:]", "member", "has no key for expname"),
    ("member=(*M[:2], K('pool', 'asn_pool'))", "member['pool'].holds", "one of expname"),
    ("member=(M[2], *M[:2])", "member", "begins with 'exposerr', which some members lack"),
    ("roles='science'", "roles", "a tuple of text"),
    ("roles=('scence', 'science')", "roles", "Did you mean science?"),
    ("roles=('science', 'science')", "roles", "2 times"),
    ("association=B, types_with_pool=('mosaic3',)", "types_with_pool", "no key holds asn_pool"),
)
HEADERS = (
    ("segment='('", "segment", "not a regular expression: missing )"),
    ("segment='seg'", "segment", "has no group; expected a group for the number"),
    ("segment_column='sgment'", "segment_column", "Did you mean segment?"),
)
ARCHIVE = (
    ("others='('", "others", "not a regular expression: missing )"),
    ("types={'filter': '('}", "types['filter']", "not a regular expression: missing )"),
    ("flags=('a',)", "flags", "a frozenset of text"),
    ("others=''", "others", "matches every name"),
    ("prefixes=('WFC3',)", "prefixes", "'WFC3'; expected lower-case letters and digits"),
    ("prefixes=('a_b',)", "prefixes", "'a_b'"),
    ("keywords={'A b': 'filter'}", "keywords", "'A b'; expected names of columns in lower case"),
    ("keywords={'a b': 'B'}", "keywords", "'B'; expected a keyword in lower case"),
    ("instead={'a': 'B'}", "instead", "'B'; expected a keyword in lower case"),
    ("effects={'visit': 'x\\ny'}", "effects['visit']", "one line"),
    ("keywords={'a b': 'fliter'}", "keywords", "'fliter' is no keyword of headers and no column"),
    ("flags=frozenset({'vist'})", "flags", "Did you mean visit?"),
    ("counts=frozenset({'vist'})", "counts", "Did you mean visit?"),
    ("digits={'vist': 3}", "digits", "expected a keyword of headers.keywords, or a column of"),
    ("effects={'fliter': 'x'}", "effects", "Did you mean filter?"),
    ("instead={'fliter': 'visit'}", "instead", "Did you mean filter?"),
    ("instead={'filter': 'vist'}", "instead", "Did you mean visit?"),
    ("types={'fliter': '.*'}", "types", "Did you mean filter?"),
    ("counts=frozenset({''})", "counts", "''"),
    ("digits={'visit': 0}", "digits['visit']", "is 0; expected a length from 1 to 99"),
    ("digits={'visit': 100}", "digits['visit']", "is 100"),
    ("digits={'visit': 'three'}", "digits['visit']", "expected a whole number"),
)
LEVELS = (
    ("()", "", "is empty"),
    ("(('visit', ('visit',)),)", "[0][1]", "the widest level is the program"),
    ("(('program', ()),)", "[0][1]", "the widest level is the program"),
    ("(P, ('visit', ('visit',)))", "[1][1]", "('program',) and further columns"),
    ("(P, ('visit', ('program',)))", "[1][1]", "('program',) and further columns"),
    ("(P, ('visit', ('program', 'vist')))", "[1][1]", "Did you mean visit?"),
    ("(P, ('program', ('program', 'visit')))", "", "2 times"),
    ("(P, ('a\\nb', ('program', 'visit')))", "[1][0]", "one line of text"),
)
CASES = (
    *TYPES,
    *(
        (f"PROFILE = R(PROFILE, {part}=R(PROFILE.{part}, {text}))", f"{part}.{field}", says)
        for part, cases in (
            ("files", FILES),
            ("names", NAMES),
            ("words", WORDS),
            ("fields", FIELDS),
            ("headers", HEADERS),
            ("archive", ARCHIVE),
        )
        for text, field, says in cases
    ),
    *(
        (f"PROFILE = R(PROFILE, hierarchy={text})", f"hierarchy{field}", says)
        for text, field, says in LEVELS
    ),
)
TAIL = """
from dataclasses import replace as R
P, N, W = ("program", ("program",)), PROFILE.names, PROFILE.words
from asnsolve import FileField as K
A, M = PROFILE.fields.association, PROFILE.fields.member
B = A[:-1]
E, F = Placeholder("elements", clauses="opt_elem"), Placeholder("filter", "filter")
def without(name):
    return {one: held for one, held in N.placeholders.items() if one != name}
def having(cell):
    return {**N.placeholders, "cell": cell}
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "mine.py"
    path.write_text(f"{ROMAN}{TAIL}{text}\n", "utf-8")
    return path


@pytest.mark.parametrize(("text", "field", "says"), CASES)
def test_a_mistake_is_told_with_its_file_and_field(
    tmp_path: Path, text: str, field: str, says: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(RuleError) as caught:
        load_rules(path)
    where = f"PROFILE.{field}" if field else "PROFILE"
    (problem,) = (one for one in caught.value.problems if one.location.field == where)
    assert problem.location.file == str(path)
    # Products of direct images have no names here, and without stages there is no raw stage.
    beside = {"PROFILE.names.image", "PROFILE.files.raw"} if "files" in field else {where}
    assert {one.location.field for one in caught.value.problems} <= {where, *beside}
    assert problem.expected
    assert says in str(problem)


def test_no_command_ends_in_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "PROFILE = R(PROFILE, files=R(PROFILE.files, stages=('uncal', 'c(')))")
    for command in (
        ["generate", "--demo", "--ignore-default", "-r"],
        ["check", "--ignore-default"],
        ["fuzz"],
    ):
        assert main([*command, "mine.py"]) == 2
        assert capsys.readouterr().err.startswith("asnsolve: error: mine.py, field PROFILE.files")


@pytest.mark.parametrize(
    ("right", "wrong", "field", "says"),
    [
        ("raw=", "rw=", "PROFILE.files.rw", "Did you mean raw?"),
        ("width=5", "widht=5", "PROFILE.names.placeholders['program'].widht", "mean width?"),
        ('roles=("science",)', 'roles=("science"', "PROFILE", "not Python"),
        ('raw="raw"', "raw=str(1 / 0)", "PROFILE.files.raw", "ZeroDivisionError"),
        ('name="survey",', "", "PROFILE.name", "missing 1 required"),
    ],
)
def test_a_profile_that_cannot_be_made_is_no_rule(
    right: str, wrong: str, field: str, says: str, tmp_path: Path
) -> None:
    text = SURVEY.replace(right, wrong, 1)
    path = tmp_path / "survey.py"
    path.write_text(text)
    with pytest.raises(RuleError) as caught:
        load_rules(path)
    (problem,) = caught.value.problems
    place = problem.location
    assert says in str(problem)
    assert (place.rule, place.field) == (None, None if says == "not Python" else field)
    assert place.line is not None


def test_a_rule_set_with_a_faulty_profile_is_refused() -> None:
    faulty = replace(PROFILE, hierarchy=())
    with pytest.raises(RuleError, match=r"profile\.hierarchy: is empty"):
        load_rules(RuleSet("mine", load_rules("jwst").rules, profile=faulty))


def test_direct_images_have_names_and_products_or_neither() -> None:
    unnamed = replace(PROFILE, names=replace(PROFILE.names, image=""))
    without = replace(PROFILE, files=replace(PROFILE.files, image_products=()))
    strange = replace(PROFILE, names=replace(PROFILE.names, image="{elements}"))
    for profile in (unnamed, without):
        (found,) = profile_mistakes(profile, frozenset())
        assert found.field == "names.image"
    assert {each.field for each in profile_mistakes(strange, frozenset())} == {"names.image"}


@pytest.mark.parametrize("file", ["roman_like.py", "hst_like.py"])
def test_the_profiles_that_are_shown_have_no_mistake(file: str) -> None:
    for profile in (load_rules(MISSIONS / file).profile, PROFILE):
        assert isinstance(profile, Profile)
        assert not list(profile_mistakes(profile, frozenset()))


def test_columns_that_a_file_declares_are_levels_too(tmp_path: Path) -> None:
    levels = "(P, ('night', ('program', 'night')))"
    path = written(tmp_path, f"COLUMNS = ('night',)\nPROFILE = R(PROFILE, hierarchy={levels})")
    assert load_rules(path).profile.levels == ("program", "night")


@pytest.mark.parametrize("form", ["[0-9]{5,}", "[a-z0-9.+-]{5,7}"])
def test_a_form_that_refuses_programs_of_pools_is_a_mistake(tmp_path: Path, form: str) -> None:
    parts = f"{{**N.parts, 'program': Part('{form}', 'x')}}"
    path = written(tmp_path, f"PROFILE = R(PROFILE, names=R(N, parts={parts}))")
    with pytest.raises(RuleError, match="pools may hold any program") as caught:
        load_rules(path)
    (problem,) = caught.value.problems
    assert problem.location.field == "PROFILE.names.parts['program'].pattern"


def test_a_type_that_the_names_of_the_mission_cannot_hold_is_a_mistake(tmp_path: Path) -> None:
    parts = "{**N.parts, 'asn_type': Part('mosaic|visit', 'mosaic or visit')}"
    path = written(tmp_path, f"PROFILE = R(PROFILE, names=R(N, parts={parts}))")
    with pytest.raises(RuleError, match="expected mosaic or visit") as caught:
        load_rules(path)
    assert {each.location.field for each in caught.value.problems} == {"asn_type"}

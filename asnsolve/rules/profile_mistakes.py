"""Find mistakes in the profile of a mission before names are read or made with it."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from asnsolve.errors import RuleError
from asnsolve.name_texts import ADMITTED
from asnsolve.pool.columns import MANDATORY
from asnsolve.profiles import ArchiveTables, FileNames, Names, Placeholder, Profile, Vocabulary
from asnsolve.profiles.templates import check_template
from asnsolve.rules.field_types import Mistake, inside, misfits
from asnsolve.rules.file_field_mistakes import file_field_mistakes
from asnsolve.rules.header_mistakes import header_mistakes
from asnsolve.shown_values import shown
from asnsolve.suggest import did_you_mean

_WIDEST: Final = 255
"""Length of the longest file name that file systems allow."""

_WORD: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_STAGE_WORDS: Final = "lower-case letters and digits, with - between them"
_WORD_WITH_SEPARATOR: Final = r"[a-z0-9]+(?:[_-][a-z0-9]+)*"
_WORDS: Final = "lower-case letters and digits, with _ or - between them"
_NAME: Final = r"[a-z][a-z0-9_]*"
_NAME_WORDS: Final = "lower-case letters, digits and _"
_MOST_DIGITS: Final = 99
_PROGRAMS: Final = ("1", "12345678", "none", "a.b+c-d")
"""Programs of various forms that occur in pools and in the witnesses of proofs."""
_MADE_OF_MEMBERS: Final = frozenset({"program", "asn_id", "target", "exposure"})
"""Placeholders that need neither an attribute nor clauses of their own."""
_OF_TABLES: Final = frozenset({"filename", "filesetname", "exp_type", "detector"})
"""Keywords that are read of every table of an archive."""


def profile_mistakes(profile: object, columns: frozenset[str]) -> Iterator[Mistake]:
    """Find the mistakes in a profile.

    Parameters
    ----------
    profile : object
        The profile, which may hold values of any type.
    columns : frozenset of str
        Attributes that pools have in addition to those of the profile.

    Yields
    ------
    Mistake
        Its field is relative to the profile, such as ``files.stages``.
    """
    wrong_types = list(misfits(profile, Profile))
    yield from wrong_types
    if wrong_types or not isinstance(profile, Profile):
        return
    known = profile.words.attributes | columns
    yield from _one_line("name", profile.name)
    yield from _of_hierarchy(profile.hierarchy, known)
    in_files = list(_of_files(profile.files, known, profile.words.roles))
    yield from in_files
    if not in_files:
        for mistake in header_mistakes(profile.headers, profile.files):
            yield replace(mistake, field=inside("headers", mistake.field))
    in_names = list(_of_names(profile.names, known))
    yield from in_names
    yield from _of_images(profile, names_are_sound=not in_names)
    yield from _of_words(profile.words, known)
    yield from _of_archive(profile.archive, {*known, *profile.headers.keywords.values()})
    for mistake in file_field_mistakes(profile.fields, profile.words.roles):
        yield replace(mistake, field=inside("fields", mistake.field))


def _of_hierarchy(
    hierarchy: tuple[tuple[str, tuple[str, ...]], ...], known: frozenset[str]
) -> Iterator[Mistake]:
    if not hierarchy:
        yield Mistake("hierarchy", "is empty", "('program', ('program',)) as the widest level")
    elif hierarchy[0][1] != ("program",):
        what = f"is {shown(hierarchy[0][1])}"
        yield Mistake(
            "hierarchy[0][1]", what, "('program',), because the widest level is the program"
        )
    yield from _twice("hierarchy", [level for level, _ in hierarchy])
    wider: tuple[str, ...] = ()
    for place, (level, columns) in enumerate(hierarchy):
        field = f"hierarchy[{place}]"
        yield from _one_line(f"{field}[0]", level)
        yield from _unknown_attributes(f"{field}[1]", columns, known)
        if place and (columns[: len(wider)] != wider or columns == wider):
            what = f"is {shown(columns)}"
            yield Mistake(f"{field}[1]", what, f"{shown(wider)} and further columns")
        wider = columns


def _of_files(files: FileNames, known: frozenset[str], roles: tuple[str, ...]) -> Iterator[Mistake]:
    if not files.stages:
        yield Mistake("files.stages", "is empty", "at least one stage")
    yield from _odd("files.stages", files.stages, _WORD, _STAGE_WORDS)
    yield from _twice("files.stages", files.stages)
    for field, stages in (
        ("files.raw", (files.raw,)),
        ("files.with_id", files.with_id),
        ("files.before_id", files.before_id),
    ):
        for stage in stages:
            if stage not in files.stages:
                expected = f"one of {', '.join(files.stages)}"
                advice = did_you_mean(stage, files.stages)
                yield Mistake(field, f"{shown(stage)} is not a stage", expected, advice)
    yield from _odd("files.suffixes", sorted(files.suffixes), _WORD_WITH_SEPARATOR, _WORDS)
    yield from _odd("files.spectrum", (files.spectrum,), _WORD, _STAGE_WORDS)
    expected = "a point and lower-case letters or digits, such as .fits"
    yield from _odd("files.extension", (files.extension,), r"(?:\.[a-z0-9]+)+", expected)
    wrong = list(_of_pattern("files.exposure", files.exposure))
    yield from wrong
    if not wrong and files.exposure != FileNames.__dataclass_fields__["exposure"].default:
        groups = files.exposure_pattern.groupindex
        if not groups:
            what = "has no named group, so file names fill no column"
            yield Mistake("files.exposure", what, "named groups, such as (?P<program>[0-9]{5})")
        yield from _unknown_attributes("files.exposure", groups, known)
    for kind, pattern in files.others.items():
        yield from _one_line("files.others", kind)
        yield from _of_pattern(f"files.others[{shown(kind)}]", pattern)
    for place, (role, ending) in enumerate(files.image_products):
        field = f"files.image_products[{place}]"
        if role not in roles:
            expected, advice = f"one of {', '.join(roles)}", did_you_mean(role, roles)
            yield Mistake(f"{field}[0]", f"{shown(role)} is not a role", expected, advice)
        expected = "an ending, such as _i2d.fits"
        yield from _odd(f"{field}[1]", (ending,), r"_[a-z0-9_.-]*[a-z0-9]", expected)


def _of_archive(tables: ArchiveTables, known: Collection[str]) -> Iterator[Mistake]:
    wrong = list(_of_pattern("archive.others", tables.others))
    yield from wrong
    if not wrong and tables.is_other(""):
        yield Mistake("archive.others", "matches every name", "the beginning of some names")
    expected = "lower-case letters and digits"
    yield from _odd("archive.prefixes", tables.prefixes, "[a-z0-9]+", expected)
    keywords = {
        "keywords": tables.keywords.values(),
        "instead": (*tables.instead, *tables.instead.values()),
        **{field: getattr(tables, field) for field in ("flags", "counts", "digits")},
        **{field: getattr(tables, field) for field in ("effects", "types")},
    }
    for field, words in keywords.items():
        odd = list(_odd(f"archive.{field}", sorted({*words}), _NAME, "a keyword in lower case"))
        yield from odd or _unread(f"archive.{field}", words, {*known, *_OF_TABLES})
    for column in tables.keywords:
        if column != column.strip().lower():
            what = f"has the column {shown(column)}"
            yield Mistake("archive.keywords", what, "names of columns in lower case")
    for keyword, effect in tables.effects.items():
        yield from _one_line(f"archive.effects[{shown(keyword)}]", effect)
    for keyword, pattern in tables.types.items():
        yield from _of_pattern(f"archive.types[{shown(keyword)}]", pattern)
    for keyword, length in tables.digits.items():
        if not 0 < length <= _MOST_DIGITS:
            where = f"archive.digits[{shown(keyword)}]"
            yield Mistake(where, f"is {shown(length)}", f"a length from 1 to {_MOST_DIGITS}")


def _unread(field: str, keywords: Iterable[str], known: set[str]) -> Iterator[Mistake]:
    """Find keywords that nothing reads."""
    for keyword in sorted({*keywords} - known):
        what = f"{shown(keyword)} is no keyword of headers and no column of a pool"
        expected = "a keyword of headers.keywords, or a column of words.attributes"
        yield Mistake(field, what, expected, did_you_mean(keyword, known))


def _of_names(names: Names, known: frozenset[str]) -> Iterator[Mistake]:
    letters = f"[{ADMITTED}]*"
    expected = "a letter, and then lower-case letters, digits or any of . + -; or nothing"
    yield from _odd("names.prefix", (names.prefix,), rf"(?:[a-z]{letters})?", expected)
    expected = "lower-case letters, digits or any of . + -"
    yield from _odd("names.target_letter", (names.target_letter,), letters, expected)
    yield from _of_placeholders(names, known)
    wrong = [
        *_of_width("names.program_width", names.program_width),
        *_of_width("names.target_width", names.target_width),
        *_of_parts(names),
        *_of_pattern("names.subarray_ending", names.subarray_ending, inside=True),
        *_of_pattern("names.exposure_parts", names.exposure_parts),
    ]
    yield from wrong
    if wrong:
        return
    odd_samples = list(_of_samples(names))
    yield from odd_samples or _of_programs(names)
    if not names.is_asn_id(names.discovered):
        form = names.form_of("asn_id")
        expected = form.description if form else ""
        yield Mistake("names.discovered", f"is {shown(names.discovered)}", expected)
    labels, groups = len(names.exposure_labels), names.exposure_pattern.groups
    if labels != groups:
        what = f"holds {labels} labels, but exposure_parts has {groups} groups"
        yield Mistake("names.exposure_labels", what, "one label for each group")


def _of_placeholders(names: Names, known: frozenset[str]) -> Iterator[Mistake]:
    missing = [name for name in ("program", "asn_id") if name not in names.placeholders]
    for name in missing:
        what = f"has no {name}, which every product name needs"
        yield Mistake("names.placeholders", what, f"{shown(name)}: Placeholder(...)")
    yield from _odd("names.placeholders", names.placeholders, _NAME, _NAME_WORDS)
    yield from _odd("names.left_to_pipeline", names.left_to_pipeline, _NAME, _NAME_WORDS)
    yield from _twice("names.left_to_pipeline", (*names.placeholders, *names.left_to_pipeline))
    for name, one in names.placeholders.items():
        field = f"names.placeholders[{shown(name)}]"
        yield from _unknown_attributes(
            f"{field}.attribute", (one.attribute,) if one.attribute else (), known
        )
        yield from _of_width(f"{field}.width", one.width)
        yield from _of_source(field, name, one)
    if "opt" in names.placeholders and "elements" not in names.placeholders:
        what = "has opt but not elements; opt also shows the clauses of elements"
        yield Mistake("names.placeholders", what, "'elements': Placeholder(...)")
    for name in sorted(names.samples.keys() - {*names.placeholders, *missing}):
        advice = did_you_mean(name, tuple(names.placeholders))
        what = f"{shown(name)} is not a placeholder"
        yield Mistake("names.samples", what, "a key of placeholders", advice)


def _of_source(field: str, name: str, placeholder: Placeholder) -> Iterator[Mistake]:
    """Find a placeholder without a source, or with two sources."""
    if placeholder.attribute and placeholder.clauses:
        yield Mistake(field, "has both an attribute and clauses", "one of the two")
    needs_clauses = name in ("opt", "elements")
    if needs_clauses and not placeholder.clauses:
        yield Mistake(f"{field}.clauses", "is empty", "the beginning of names of clauses")
    elif placeholder.clauses and not needs_clauses:
        what = f"is {shown(placeholder.clauses)}"
        yield Mistake(f"{field}.clauses", what, "nothing, except for opt and elements")
    elif not (placeholder.attribute or placeholder.clauses or name in _MADE_OF_MEMBERS):
        yield Mistake(f"{field}.attribute", "is empty", "the attribute that the name shows")


def _of_parts(names: Names) -> Iterator[Mistake]:
    missing = [name for name in ("program", "target", "opt") if name not in names.parts]
    if missing:
        yield Mistake("names.parts", f"has no {', no '.join(missing)}", "a Part(...) for each")
    known = tuple(dict.fromkeys((*names.part_names, *names.placeholders)))
    for name, part in names.parts.items():
        field = f"names.parts[{shown(name)}]"
        if name not in known:
            expected = f"one of {', '.join(known)}"
            yield Mistake(field, "is not a part of a name", expected, did_you_mean(name, known))
        yield from _of_pattern(f"{field}.pattern", part.pattern, inside=True)
        yield from _one_line(f"{field}.description", part.description)


def _of_samples(names: Names) -> Iterator[Mistake]:
    """Find sample texts that cannot be in names, so that they cannot check templates."""
    for name in names.placeholders:
        form = names.form_of(name)
        sample = names.samples.get(name, "o001" if name == "asn_id" else name)
        if form is not None and re.fullmatch(form.pattern, sample) is None:
            what = f"the example text {shown(sample)} of {{{name}}} cannot be in a name"
            yield Mistake("names.samples", what, form.description)
            continue
        if name == "program" and names.program_text(sample) != sample:
            what = f"turns the sample {shown(sample)} into {shown(names.program_text(sample))}"
            yield Mistake("names.program_width", what, f"{len(sample)}, or another sample")


def _of_programs(names: Names) -> Iterator[Mistake]:
    """Find a form of programs that refuses some of the programs that pools may hold."""
    pattern = names.parts["program"].pattern
    refused = [one for one in map(names.program_text, _PROGRAMS) if not re.fullmatch(pattern, one)]
    if refused:
        what = f"refuses {shown(refused[0])}, but pools may hold any program"
        expected = f"a form such as [{ADMITTED}]{{{max(names.program_width, 1)},}}"
        yield Mistake("names.parts['program'].pattern", what, expected)


def _of_images(profile: Profile, *, names_are_sound: bool) -> Iterator[Mistake]:
    """Find direct images that have a name but no products, or products but no name."""
    names, products = profile.names, profile.files.image_products
    if products and not names.image:
        what = "is empty, but files.image_products has products of direct images"
        yield Mistake("names.image", what, "a template for their names")
    if names.image and not products:
        what = "names direct images, but files.image_products has no products of them"
        yield Mistake("names.image", what, "products of direct images, or no template")
    if names.image and names_are_sound:
        try:
            check_template(names.image, profile.name, names)
        except RuleError as error:
            for problem in error.problems:
                yield Mistake("names.image", problem.what, problem.expected, problem.advice)


def _of_words(words: Vocabulary, known: frozenset[str]) -> Iterator[Mistake]:
    missing = [name for name in MANDATORY if name not in words.attributes]
    if missing:
        what = f"lacks {', '.join(missing)}"
        yield Mistake("words.attributes", what, f"{', '.join(MANDATORY)} and others")
    yield from _cells("words.attributes", sorted(words.attributes))
    for field, listed in (("words.values", words.values), ("words.nothing", words.nothing)):
        yield from _of_listed(field, listed, known)
    yield from _cells("words.null_words", words.null_words)
    yield from _cells("words.candidate_types", words.candidate_types)
    yield from _odd("words.roles", words.roles, _WORD_WITH_SEPARATOR, _WORDS)
    yield from _twice("words.roles", words.roles)
    if "science" not in words.roles:
        yield Mistake("words.roles", "does not have the role science", "science and other roles")


def _of_listed(
    field: str, listed: Mapping[str, frozenset[str]], known: frozenset[str]
) -> Iterator[Mistake]:
    yield from _unknown_attributes(field, listed, known)
    for name, values in listed.items():
        place = f"{field}[{shown(name)}]"
        if not values:
            yield Mistake(place, "is empty", "at least one value, or no entry")
        yield from _cells(place, sorted(values))


def _cells(field: str, texts: Iterable[str]) -> Iterator[Mistake]:
    """Find texts that no cell of a pool can have: pools strip and lower-case their cells."""
    for text in texts:
        if not text.strip() or not text.isprintable():
            yield Mistake(field, f"holds {shown(text)}", "one line of text")
        elif text != text.strip().lower():
            advice = f"Did you mean {text.strip().lower()}?"
            yield Mistake(field, f"holds {shown(text)}", "lower case", advice)


def _unknown_attributes(
    field: str, names: Iterable[str], known: frozenset[str]
) -> Iterator[Mistake]:
    for name in names:
        if name not in known:
            advice = did_you_mean(name, sorted(known)) or "Add it to words.attributes."
            what = f"no pool has an attribute {shown(name)}"
            yield Mistake(field, what, "a column of a pool", advice)


def _of_width(field: str, width: int) -> Iterator[Mistake]:
    if not 0 <= width <= _WIDEST:
        yield Mistake(field, f"is {width}", f"0 to {_WIDEST}")


def _of_pattern(field: str, pattern: str, *, inside: bool = False) -> Iterator[Mistake]:
    """Find a regular expression that cannot be used, alone or inside another one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
            if inside:
                re.compile(f"_(?:{pattern})")
    except (re.error, OverflowError, RecursionError, Warning) as error:
        what = f"{shown(pattern)} is not a regular expression: {error}"
        yield Mistake(field, what, "a regular expression")
        return
    if inside and re.compile(pattern).groupindex:
        what = f"{shown(pattern)} has a named group"
        yield Mistake(field, what, "groups without names, such as (?:...)")


def _one_line(field: str, text: str) -> Iterator[Mistake]:
    if not text.strip() or not text.isprintable():
        yield Mistake(field, f"is {shown(text)}", "one line of text")


def _odd(field: str, texts: Iterable[str], pattern: str, expected: str) -> Iterator[Mistake]:
    """Find texts that do not have the right form."""
    for text in texts:
        if re.fullmatch(pattern, text) is None:
            yield Mistake(field, f"holds {shown(text)}", expected)


def _twice(field: str, texts: Collection[str]) -> Iterator[Mistake]:
    for text, count in Counter(texts).items():
        if count > 1:
            yield Mistake(field, f"holds {shown(text)} {count} times", "each once")

"""Make an association of files that are listed by name, of any kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path, PurePath
from typing import Final

from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.json_fields import degraded_status
from asnsolve.edits.roles import known_role
from asnsolve.errors import Location, Problem, UsageError, not_utf8
from asnsolve.input_files import exists, is_directory, is_text, read_content
from asnsolve.pool.headers import is_fits
from asnsolve.profiles import FILE_ENDING
from asnsolve.profiles.jwst import FILES, NAMES
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

Names = str | PathLike[str] | Iterable[str | PathLike[str]]

BASE_RULES: Final[Mapping[str, int]] = {"DMS_Level3_Base": 3, "DMSLevel2bBase": 2}
"""Rules of the calibration pipeline that take anything, and the level of their products."""

_SCIENCE: Final = "science"
_PROGRAM: Final = re.compile(r"jw(\d{5})")
_NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an association is for: its rule, its type and the level of its products."""

    rule: str
    asn_type: str
    level: int


def association_from_list(
    files: Names,
    *,
    product: str | None = None,
    roles: Mapping[str, Names] | None = None,
    rule: str | None = None,
    asn_type: str | None = None,
    asn_id: str = "a3001",
    program: str | None = None,
    file_name: str | None = None,
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
) -> Association:
    """Make an association of listed files without opening them.

    The files can be of any kind and stage, and need not exist yet. A level 3 association has one
    product with all files. A level 2 association has one product per science file, named after that
    file, and the files in other roles are members of every product.

    Parameters
    ----------
    files : path-like, or iterable of path-like
        The science files. Names are not changed. A pattern with ``*`` means the files that
        match it, a directory its FITS files, and ``@list`` the names in the file ``list``, one per
        line.
    product : str, optional
        Name of the product. Required at level 3.
    roles : mapping of str to path-like or iterable of path-like, optional
        Files in other roles, by role: ``{"background": "sky_x1d.fits"}``.
    rule : str, optional
        Name of a rule such as ``Asn_Lv3Image``, or one of the rules for files of any kind:
        ``DMS_Level3_Base`` (level 3) and ``DMSLevel2bBase`` (level 2). By default the one of these
        two that fits `asn_type`, and ``DMS_Level3_Base`` if there is no type.
    asn_type : str, optional
        Type of the association, such as ``image3`` or ``spec2``.
    asn_id : str
        Id of the association: a letter and digits.
    program : str, optional
        Program number. By default the one that all names of science files begin with, or
        ``noprogram`` if there is none.
    file_name : str, optional
        Name of the association file. By default the name of the first product plus ``_asn.json``.
    rules : str, path, Rule, RuleSet, or iterable of these
        Where to look up `rule` and `asn_type`, as in `load_rules`.

    Returns
    -------
    Association
        The association. Nothing is written.

    Raises
    ------
    RuleError
        If the rules cannot be loaded.
    UsageError
        If no file is listed, a file is listed twice, a pattern or directory has no files, a list
        cannot be read, a role, rule or type is unknown, or the product name does not fit the level.

    Examples
    --------
    >>> from asnsolve import association_from_list
    >>> mosaic = association_from_list(
    ...     ["a_destriped_cal.fits", "b_destriped_cal.fits"], product="mosaic", asn_type="image3"
    ... )
    >>> mosaic.file_name
    'mosaic_asn.json'
    """
    kind = _kind(rule, asn_type, rules)
    products = _products(kind.level, _members(files, roles or {}), product)
    return _association(kind, products, asn_id, program, file_name)


def _kind(
    rule: str | None, asn_type: str | None, sources: RuleSource | Iterable[RuleSource]
) -> _Kind:
    """Find out what the association is for, given its rule, its type, both or neither."""
    kinds = [_Kind(known.name, known.asn_type, known.base.level) for known in load_rules(sources)]
    types = {kind.asn_type: kind.level for kind in kinds}
    if asn_type is not None and asn_type not in types:
        what = f"the type of the association is {quoted(asn_type)}"
        expected = f"one of {', '.join(sorted(types))}"
        raise UsageError(Problem(what, expected=expected, advice=did_you_mean(asn_type, types)))
    if rule is None:
        level = 3 if asn_type is None else types[asn_type]
        rule = next(name for name, base_level in BASE_RULES.items() if base_level == level)
    # A base rule is not a rule of the set; it only gives the level.
    if rule in BASE_RULES:
        kind = _Kind(rule, asn_type or _NONE, BASE_RULES[rule])
        level = kind.level if asn_type is None else types[asn_type]
        if level != kind.level:
            what = f"the rule {rule} is for level {kind.level}, but {asn_type} is of level {level}"
            raise UsageError(Problem(what, advice="Give only the rule or only the type."))
        return kind
    named = [kind for kind in kinds if kind.rule == rule]
    if not named:
        known_rules = {*BASE_RULES, *(kind.rule for kind in kinds)}
        advice = did_you_mean(rule, known_rules) or "'asnsolve rules list' lists all rules."
        raise UsageError(Problem(f"there is no rule {quoted(rule)}", advice=advice))
    fitting = [kind for kind in named if asn_type in (None, kind.asn_type)]
    if not fitting:
        what = f"the rule {rule} makes {named[0].asn_type} associations, not {asn_type}"
        raise UsageError(Problem(what, advice="Give only the rule or only the type."))
    return fitting[0]


def _association(
    kind: _Kind,
    products: tuple[Product, ...],
    asn_id: str,
    program: str | None,
    file_name: str | None,
) -> Association:
    if not NAMES.is_asn_id(asn_id):
        what = f"the id is {quoted(asn_id)}"
        raise UsageError(Problem(what, expected="one letter and digits, such as o001 or c1000"))
    return Association(
        rule=kind.rule,
        asn_type=kind.asn_type,
        asn_id=asn_id.lower(),
        program=_program(products) if program is None else NAMES.program_text(program),
        target=_NONE,
        products=products,
        file_name=file_name or f"{products[0].name}{FILE_ENDING}",
        asn_pool=_NONE,
        constraints="No constraints: the files were listed.",
        degraded_status=degraded_status(None, degraded=False),
        level=kind.level,
    )


def _members(files: Names, roles: Mapping[str, Names]) -> tuple[Member, ...]:
    """Make the members, science first; every file has one role."""
    names_of_role = {_SCIENCE: _names(files)}
    for role, names in roles.items():
        listed = _names(names)
        if not listed:
            raise UsageError(Problem(f"no file is listed for the role {role}"))
        names_of_role.setdefault(known_role(role), []).extend(listed)
    if not names_of_role[_SCIENCE]:
        raise UsageError(Problem("no science file is listed"))
    times = Counter(name for names in names_of_role.values() for name in names)
    repeated = [name for name, count in times.items() if count > 1]
    if repeated:
        raise UsageError([Problem(f"{quoted(name)} is listed twice") for name in repeated])
    return tuple(
        Member(name, role, derived=True) for role, names in names_of_role.items() for name in names
    )


def _names(files: Names) -> list[str]:
    """Return the names in a list, with patterns, directories and @lists expanded, in its order."""
    listed = [files] if isinstance(files, str | PathLike) else files
    found = [name for entry in listed for name in _names_of_entry(fspath(entry))]
    if bad_names := [name for name in found if not is_text(name)]:
        raise UsageError(list(map(not_utf8, bad_names)))
    return found


def _names_of_entry(text: str) -> Sequence[str]:
    if text.startswith("@"):
        try:
            lines = read_content(Path(text[1:])).decode().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            where = Location(text[1:])
            raise UsageError(Problem(f"the list cannot be read: {reason}", where)) from error
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if is_directory(text):
        files = sorted(str(path) for path in Path(text).iterdir() if is_fits(path))
        if not files:
            raise UsageError(Problem("the directory holds no FITS file", Location(text)))
        return files
    # A file may have a bracket in its name.
    if not set("*?[") & set(text) or exists(text):
        return [text]
    path = Path(text)
    root = Path(path.anchor)
    matches = sorted(map(str, root.glob(str(path.relative_to(root)))))
    if not matches:
        raise UsageError(Problem(f"no file matches {quoted(text)}"))
    return matches


def _products(level: int, members: tuple[Member, ...], name: str | None) -> tuple[Product, ...]:
    """Make one product of all members at level 3, and one for each science member at level 2."""
    if level == 2:
        return _product_per_file(members, name)
    if not name:
        what = "the product has no name"
        raise UsageError(
            Problem(what, advice="Give it with --product (in Python, product='NAME').")
        )
    return (Product(name, members),)


def _product_per_file(members: tuple[Member, ...], name: str | None) -> tuple[Product, ...]:
    """Make a product for each science file, with the files in other roles in all of them."""
    science = [member for member in members if member.exptype == _SCIENCE]
    others = [member for member in members if member.exptype != _SCIENCE]
    if name is not None and len(science) != 1:
        what = f"there is one product name, but level 2 makes {len(science)} products"
        advice = "Leave the name out. Each product is then named after its science file."
        raise UsageError(Problem(what, advice=advice))
    products = tuple(
        Product(name or _stem(member.expname), (member, *others)) for member in science
    )
    times = Counter(product.name for product in products)
    repeated = [product for product, count in times.items() if count > 1]
    if repeated:
        raise UsageError(
            [
                Problem(
                    f"several science files would make the product {quoted(product)}",
                    advice="Make one association for each of them.",
                )
                for product in repeated
            ]
        )
    return products


def _stem(name: str) -> str:
    """Return the product name of a file: its name without directory, stage and extension."""
    stem = FILES.exposure_of(name)
    # `exposure_of` returns lower case, but the pipeline keeps upper case.
    return PurePath(name).name[: len(stem)]


def _program(products: Iterable[Product]) -> str:
    """Return the program that the names of all science files begin with."""
    matches = [
        _PROGRAM.match(PurePath(member.expname).name)
        for product in products
        for member in product.members
        if member.exptype == _SCIENCE
    ]
    programs = {match[1] if match else "" for match in matches}
    program = programs.pop() if len(programs) == 1 else ""
    return program or "noprogram"

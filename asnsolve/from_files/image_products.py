"""Direct images, catalogs and segmentation maps at hand, for spectra of wide fields without a slit.

The rules name the products of a direct image as level 3 will make them. Here the user's own take
their place: those that were given, or those that are among the files.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.expr.nodes import AtLeast, Need, Within
from asnsolve.from_files.asn_numbers import name_without_number, renumbered
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.request import Request
from asnsolve.input_files import is_file
from asnsolve.phrases import and_more
from asnsolve.pool.header_cells import Row
from asnsolve.pool.headers import expanded, read_header
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import DirectImage

IMAGE_ROLES: Final = ("direct_image", "sourcecat", "segmap")
"""Roles of the products that stand for a direct image."""

_ENDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {"direct_image": "_i2d.fits", "sourcecat": "_cat.ecsv", "segmap": "_segm.fits"}
)
_LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {"direct_image": "direct_images", "sourcecat": "catalogs", "segmap": "segmaps"}
)
"""The list of a request that gives the files of each role."""

_ROOT: Final = re.compile(r"(.+?)_(?:i2d|cat|segm)\.(?:fits|fits\.gz|ecsv)")
_KEYWORDS: Final = (
    *("instrume", "filter", "pupil", "targprop", "program", "observtn", "exp_type"),
)
_SHARED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"niriss": ("pupil",), "nircam": ("filter",)}
)
"""The element that is the same in the image and the spectrum, by instrument: not the grism."""


@dataclass(frozen=True, slots=True)
class ImageProducts:
    """Files that are made from one direct image.

    Parameters
    ----------
    files : mapping of str to Path
        By role, one or more of `IMAGE_ROLES`.
    header : mapping of str to str
        Values of the primary header of one of them, by keyword; empty if none has one.
    """

    files: Mapping[str, Path]
    header: Mapping[str, str]


def without_images(rule: Rule) -> Rule:
    """Return what a rule asks where products stand for the direct images already.

    Parameters
    ----------
    rule : Rule
        A rule, of spectra with direct images or any other.

    Returns
    -------
    Rule
        Without the need of a direct image and the step that chooses one.
    """

    def is_of_images(need: Need) -> bool:
        plain = need.need if isinstance(need, Within) else need
        return isinstance(plain, AtLeast) and plain.role in IMAGE_ROLES

    return replace(
        rule,
        needs=tuple(need for need in rule.needs if not is_of_images(need)),
        steps=tuple(step for step in rule.steps if not isinstance(step, DirectImage)),
    )


def takes_images(rule: Rule) -> bool:
    """Tell whether a rule chooses direct images for spectra.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    bool
    """
    return any(isinstance(step, DirectImage) for step in rule.all_steps)


def with_rules_without_images(rules: RuleSet) -> RuleSet:
    """Let the rules take spectra without the exposures of their direct images as well.

    Parameters
    ----------
    rules : RuleSet
        The rules.

    Returns
    -------
    RuleSet
        With a variant of each rule that chooses direct images.
    """
    variants = tuple(
        replace(without_images(rule), variant=f"{rule.variant} with an image at hand".strip())
        for rule in rules
        if takes_images(rule)
    )
    return replace(rules, rules=(*rules.rules, *variants))


def image_products(
    request: Request, inputs: Inputs
) -> tuple[tuple[ImageProducts, ...], tuple[Problem, ...]]:
    """Find the products of direct images: those that are given, else those among the files.

    Parameters
    ----------
    request : Request
        The request.
    inputs : Inputs
        Its exposures, and the products among its files.

    Returns
    -------
    products : tuple of ImageProducts
        Sorted by name.
    problems : tuple of Problem
        Files that were given and do not exist.
    """
    problems: list[Problem] = []
    given: dict[str, list[Path]] = {}
    for role, path in listed_images(request):
        if isinstance(path, Problem):
            problems.append(path)
        else:
            given.setdefault(role, []).append(path)
    if given:
        return tuple(_grouped(given)), tuple(problems)
    among = defaultdict(list)
    for path in inputs.products:
        for role in _ENDINGS:
            if _is_of_role(path, role):
                among[role].append(path)
    # A catalog without its image tells nothing of what it is a catalog of.
    found = [
        products
        for products in (_grouped(among) if among["direct_image"] else ())
        if products.header.get("exp_type", "").lower().endswith("_image")
    ]
    return tuple(found), tuple(problems)


def listed_images(request: Request) -> Iterator[tuple[str, Path | Problem]]:
    """Find the files that a request lists as direct images, catalogs and segmentation maps.

    Parameters
    ----------
    request : Request
        The request.

    Yields
    ------
    role : str
        One of `IMAGE_ROLES`.
    path : Path or Problem
        A file, or why a name in the list has no files.
    """
    for role, listing in _LISTS.items():
        # A directory may hold other products too.
        wanted, kind = partial(_is_of_role, role=role), f"file *{_ENDINGS[role]}"
        for path in expanded(getattr(request, listing), wanted, kind):
            yield role, path


def _is_of_role(path: Path, role: str) -> bool:
    """Tell by its name whether a file can have a role."""
    return path.name.lower().removesuffix(".gz").endswith(_ENDINGS[role])


def _grouped(given: Mapping[str, Sequence[Path]]) -> Iterator[ImageProducts]:
    """Put the products of each image together, by their names, else by their order."""
    # Images come first, then what else was given.
    leading = next(given[role] for role in IMAGE_ROLES if given.get(role))
    for place, leader in enumerate(leading):
        files: dict[str, Path] = {}
        for role in IMAGE_ROLES:
            listed = given.get(role, ())
            alike = [path for path in listed if _root(path) == _root(leader)]
            beside = leader.with_name(f"{_root(leader)}{_ENDINGS[role]}")
            if alike:
                files[role] = alike[0]
            elif len(listed) in (1, len(leading)):
                files[role] = listed[place % len(listed)]
            elif is_file(beside):
                files[role] = beside
        yield ImageProducts(files, _header(files.values()))


def _root(path: Path) -> str:
    """Return the name of the product that a file is of."""
    match = _ROOT.fullmatch(path.name.lower())
    return path.name[: match.end(1)] if match else path.stem


def _header(paths: Iterable[Path]) -> Mapping[str, str]:
    for path in paths:
        header = read_header(path, _KEYWORDS)
        if not isinstance(header, Problem):
            return header.values
    return {}


def with_image_products(
    associations: Sequence[Association],
    products: Sequence[ImageProducts],
    rules: RuleSet,
    inputs: Inputs,
    *,
    given: bool,
) -> tuple[list[Association], tuple[Problem, ...], tuple[Problem, ...]]:
    """Make products at hand members of the spectra that they are for.

    Parameters
    ----------
    associations : sequence of Association
        Associations of rules to which `with_rules_without_images` was applied.
    products : sequence of ImageProducts
        The products.
    rules : RuleSet
        The rules.
    inputs : Inputs
        The exposures.
    given : bool
        Whether the user gave the products; others must fit, and serve where no exposure of a direct
        image is at hand.

    Returns
    -------
    associations : list of Association
        Each spectrum once.
    problems : tuple of Problem
        Spectra that none of the products fits.
    notes : tuple of Problem
        Products that were not given, and that are members.
    """
    names = {rule.name for rule in rules if takes_images(rule)}
    chosen_by_rule = {
        science_of(one) for one in associations if one.rule in names and _has_image(one)
    }
    kept: list[Association] = []
    without: list[str] = []
    served: Counter[str] = Counter()
    for association in associations:
        science, by_rule = science_of(association), _has_image(association)
        if association.rule not in names or association.level != 2:
            kept.append(association)
            continue
        # The rule has found its direct image, so the association without one is not needed.
        if science in chosen_by_rule and not by_rule:
            continue
        # Files from the user take precedence over the exposures that the rule chooses.
        usable = products if given or not by_rule else ()
        fitting = _fitting(usable, inputs.rows[science], given=given)
        if fitting is not None:
            kept.append(_with_files(association, fitting))
            served[str(next(iter(fitting.files.values())))] += 1
        elif by_rule:
            kept.append(association)
        else:
            without.append(science)
    files = {association.file_name for association in kept}
    dropped = [one.file_name for one in associations if one.file_name not in files]
    return (
        renumbered(kept, {*map(name_without_number, dropped)}),
        tuple(_without_image(without, inputs)),
        () if given else tuple(_notes_on_images(served)),
    )


def _without_image(spectra: Sequence[str], inputs: Inputs) -> Iterator[Problem]:
    """Report the spectra that no direct image fits, in one problem."""
    if spectra:
        what = f"spectra that no direct image fits: {and_more(spectra[0], len(spectra))}"
        advice = "Give a direct image with --direct-image, or the exposures of one."
        yield Problem(what, Location(inputs.file_of(spectra[0])), advice=advice)


def _notes_on_images(served: Mapping[str, int]) -> Iterator[Problem]:
    """Name each direct image among the files that spectra are extracted with, and how many."""
    for name, count in sorted(served.items()):
        noun = "spectrum" if count == 1 else "spectra"
        yield Problem(f"used as the direct image of {count} {noun}", Location(name))


def science_of(association: Association) -> str:
    """Return the first science exposure of an association.

    Parameters
    ----------
    association : Association
        The association.

    Returns
    -------
    str
        Name of the exposure; empty if there is none.
    """
    return next((m.exposure for m in association.members if m.exptype == "science"), "")


def _has_image(association: Association) -> bool:
    return any(member.derived and member.exptype in IMAGE_ROLES for member in association.members)


def _fitting(products: Sequence[ImageProducts], row: Row, *, given: bool) -> ImageProducts | None:
    """Return the products that fit a spectrum best; the first of those that fit equally."""
    scores = [(_score(one.header, row), one) for one in products]
    usable = [
        (score, one)
        for score, one in scores
        if score is not None and (given or (score[0] and score[1]))
    ]
    return max(usable, key=lambda entry: entry[0])[1] if usable else None


def _score(header: Mapping[str, str], row: Row) -> tuple[bool, ...] | None:
    """Say in what an image agrees with a spectrum; None if it is of another instrument."""
    instrument = row.get("instrume", "").lower()
    if header.get("instrume", instrument).lower() != instrument:
        return None

    def agrees(keyword: str, column: str) -> bool:
        values = header.get(keyword, "").lower(), row.get(column, "").lower()
        return values[0].lstrip("0") == values[1].lstrip("0") != ""

    return (
        all(agrees(element, element) for element in _SHARED.get(instrument, ())),
        agrees("program", "program"),
        agrees("targprop", "targprop"),
        agrees("observtn", "obs_num"),
    )


def _with_files(association: Association, products: ImageProducts) -> Association:
    (product,) = association.products
    # Exposures of images are no members; products that the rule names stay where none is at hand.
    members = [
        member
        for member in product.members
        if member.exptype not in products.files
        and (member.derived or member.exptype != "direct_image")
    ]
    members += [
        Member(str(path), role, derived=True) for role, path in sorted(products.files.items())
    ]
    return replace(association, products=(replace(product, members=tuple(members)),))

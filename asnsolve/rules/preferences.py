"""The function by which rules say which members of a role are the best ones."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Set
from typing import Any, Final

from asnsolve.expr.arguments import as_predicate, nonsense, role_name, source_names, whole_number
from asnsolve.expr.nodes import Condition, Same
from asnsolve.pool.measures import MJD, quantity
from asnsolve.profiles import FileFields
from asnsolve.rules.field_types import Mistake, inside
from asnsolve.rules.steps import Best, Sky
from asnsolve.shown_values import shown
from asnsolve.suggest import did_you_mean

SCIENCE: Final = "science"
"""The role for the sake of which members of other roles are there."""

_NOTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CATALOG: Final = "tweakreg_catalog"
"""Another key of members that already has a meaning, besides those of the profile."""


def best(
    role: str,
    *,
    prefer: Condition | Iterable[Condition | tuple[Condition, ...]] = (),
    nearest: str | Sky | None = None,
    at_most: int = 1,
    within: object = None,
    otherwise: bool = True,
    note: str = "",
) -> Best:
    """Keep, for each science member, the best members of a role.

    Members are ranked by the first condition that holds, then by distance, then by file name.

    Parameters
    ----------
    role : str
        The role, such as ``background``.
    prefer : Condition, or iterable of Condition or tuple of Condition
        Conditions in the order of preference: ``same(...)``, which asks for the value that the
        science member has, or a predicate on the member. Those in a tuple must all hold.
    nearest : str or Sky, optional
        A column that measures, or ``sky(ra, dec)``: members that are nearer to the science member
        there are better. A member without a value is ranked after those that have one.
    at_most : int
        How many are kept for each science member.
    within : number or Quantity, optional
        Members further away than this, and those without a value, are not kept.
    otherwise : bool
        Whether members for which no condition holds may be kept, after all others.
    note : str, optional
        A key of association files under which each member says how good it is.

    Returns
    -------
    Best
        The step.

    Raises
    ------
    ExpressionError
        If an argument is of the wrong kind.

    Examples
    --------
    >>> from asnsolve.expr.build import same
    >>> step = best("background", prefer=same("detector"), nearest="expstart", at_most=2)
    >>> step.role, step.at_most, step.columns
    ('background', 2, ('expstart',))
    """
    step = f"best({shown(role)})"
    whole_number(at_most, "best")
    width, unit = (None, "") if within is None else quantity(within)
    if unit == MJD:
        raise nonsense(f"{step} compares with a moment", "a duration, such as 30 * u.day")
    given = (prefer,) if isinstance(prefer, Condition) else prefer
    # A set has no order, so the preference would differ from run to run.
    if not isinstance(given, Iterable) or isinstance(given, str | Set):
        raise nonsense(f"{step} prefers {shown(prefer)}", 'conditions, as same("detector")')
    return Best(
        role=role_name(role),
        prefer=tuple(_all_of(condition) for condition in given),
        nearest=_nearest(nearest),
        at_most=at_most,
        within=width,
        unit=unit,
        otherwise=otherwise,
        note=note,
    )


def sky(ra: str, dec: str) -> Sky:
    """Name the columns of positions on the sky, for `best`.

    Parameters
    ----------
    ra, dec : str
        Columns of right ascensions and of declinations.

    Returns
    -------
    Sky
    """
    return Sky(_column(ra), _column(dec))


def _nearest(nearest: object) -> str | Sky | None:
    match nearest:
        case None | Sky():
            return nearest
        case (str() as ra, str() as dec):
            wanted = f"sky({ra!r}, {dec!r})"
            raise nonsense(f"best(...) is nearest in {shown(nearest)}", wanted)
        case _:
            return _column(nearest)


def _column(name: object) -> str:
    # source_names refuses anything that is not text.
    names: tuple[Any, ...] = (name,)
    (column,) = source_names(names)
    return column


def _all_of(condition: Condition | tuple[Condition, ...]) -> tuple[Condition, ...]:
    parts = condition if isinstance(condition, tuple) else (condition,)
    return tuple(part if isinstance(part, Same) else as_predicate(part) for part in parts)


def best_mistakes(
    field: str, step: Best, roles: tuple[str, ...], files: FileFields
) -> Iterator[Mistake]:
    """Find the mistakes in what a step says is best.

    Parameters
    ----------
    field : str
        The field of the rule that holds the step.
    step : Best
        The step.
    roles : tuple of str
        Roles that members of the rule can have.
    files : FileFields
        The keys of association files.

    Yields
    ------
    Mistake
    """
    others = [role for role in roles if role != SCIENCE]
    if step.role not in others:
        what = f"{shown(step.role)} is not a role of members beside science"
        expected = f"one of {', '.join(others)}" if others else "a rule that has other roles"
        yield Mistake(inside(field, "role"), what, expected, did_you_mean(step.role, others))
    if step.at_most < 1:
        yield Mistake(inside(field, "at_most"), f"is {step.at_most}", "1 or more")
    if step.within is not None and step.nearest is None:
        what = "limits a distance, but nothing says where members are near"
        yield Mistake(inside(field, "within"), what, "a column in nearest")
    if step.within is not None and not 0 <= step.within < math.inf:
        yield Mistake(inside(field, "within"), f"is {step.within}", "a distance, 0 or more")
    if not step.prefer and not step.otherwise:
        what = "keeps no member, because there is no condition that could hold"
        yield Mistake(inside(field, "otherwise"), what, "conditions in prefer, or otherwise=True")
    taken = {_CATALOG, *(each.key for each in files.member)}
    if step.note and (not _NOTE.fullmatch(step.note) or step.note in taken):
        what = f"is {shown(step.note)}"
        example = "" if "match" in taken else ", such as 'match'"
        yield Mistake(inside(field, "note"), what, f"a key that members do not have yet{example}")
    for number, condition in enumerate(step.prefer):
        place = f"{inside(field, 'prefer')}[{number}]"
        if not condition:
            yield Mistake(place, "is empty, and always holds", "at least one part")
        for part in condition:
            if isinstance(part, Same) and part != Same(part.sources):
                what = "compares two members, so that it can only name attributes"
                yield Mistake(place, what, "same(...) without roles, optional, where and the like")

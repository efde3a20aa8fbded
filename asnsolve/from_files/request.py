"""What is asked of a call that goes from files to associations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike, fspath
from typing import Literal, get_args

from asnsolve.errors import Problem, UsageError
from asnsolve.rules.load import DEFAULT_RULES, RuleSource

__all__ = ["Files", "PathPolicy", "Request", "names_of_files"]

Files = str | PathLike[str] | Iterable[str | PathLike[str]]
PathPolicy = Literal["name", "relative", "absolute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked; see `asnsolve.from_files.associate_files.associate`.

    Parameters
    ----------
    files : tuple of str
        Files, directories, patterns and ``@list``.
    level : int or None
        The only level of products that is wanted.
    rules : tuple
        Where rules come from.
    backgrounds, psfs, imprints, selfcal : tuple of str
        Files that serve others, whatever headers say.
    exclude : tuple of str
        Files to leave out.
    together, apart : tuple of str
        Groupings that are widened or split.
    product : str or None
        Name of the product, where exactly one is made.
    out : str or None
        Directory of the association files.
    paths : "name", "relative" or "absolute"
        How members are named.
    extra : str or None
        Table of what no header tells.
    jobs : int
        In how many processes headers are read.

    Raises
    ------
    UsageError
        If there is no such level, or no such way to name members.
    """

    files: tuple[str, ...]
    level: int | None = None
    rules: tuple[RuleSource, ...] = (DEFAULT_RULES,)
    backgrounds: tuple[str, ...] = ()
    psfs: tuple[str, ...] = ()
    imprints: tuple[str, ...] = ()
    selfcal: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    product: str | None = None
    out: str | None = None
    paths: PathPolicy = "name"
    extra: str | None = None
    jobs: int = 1

    def __post_init__(self) -> None:
        """Refuse what no type can rule out where types are not checked."""
        if self.level not in (None, 2, 3):
            raise UsageError(Problem(f"the level is {self.level!r}", expected="2 or 3"))
        if self.paths not in get_args(PathPolicy):
            expected = ", ".join(get_args(PathPolicy))
            raise UsageError(Problem(f"paths is {self.paths!r}", expected=f"one of {expected}"))


def names_of_files(files: Files) -> tuple[str, ...]:
    """Write as texts what may be one name or several."""
    given = [files] if isinstance(files, str | PathLike) else files
    return tuple(fspath(name) for name in given)

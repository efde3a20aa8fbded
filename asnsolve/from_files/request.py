"""What a call that goes from files to associations is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from os import PathLike, fspath
from typing import Any, Literal

from asnsolve.errors import Problem, UsageError
from asnsolve.from_files.request_fields import REQUEST_FIELDS
from asnsolve.rules.load import DEFAULT_RULES, RuleSource
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet

Files = str | PathLike[str] | Iterable[str | PathLike[str]]
PathPolicy = Literal["auto", "name", "relative", "absolute"]

SkyChoice = Literal["dedicated", "nods", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything a call from files is asked; see `asnsolve.from_files.associate_files.associate`.

    Parameters
    ----------
    files : tuple of str
        Files, directories, patterns and ``@list``.
    level : int or None
        Level of the products to make; by default both.
    rules : tuple
        Where the rules come from.
    backgrounds, psfs, imprints, selfcal : tuple of str
        Files that serve others, whatever headers say.
    direct_images, catalogs, segmaps : tuple of str
        Products of direct images, for wide-field slitless spectra.
    tweakreg_catalogs : tuple of str
        Catalogs of stars, of single exposures.
    exclude : tuple of str
        Files to leave out.
    together, apart : tuple of str
        Groupings that are widened or split.
    where : tuple of str
        Conditions that the files satisfy.
    only : "science" or None
        Whether to leave out what is made of backgrounds, imprints and acquisitions alone.
    sky : "dedicated", "nods", "none" or None
        Which backgrounds are members; None for all.
    stages : "rules" or None
        Whether members are the files that the rules take, instead of those given.
    targets : tuple of str
        Numbers of targets, each as ``NAME=t007``.
    product, file_name : str or None
        Patterns of the names of products and association files.
    out : str or None
        Directory of the association files.
    beside : bool
        Whether each association file goes next to its data.
    replace : bool
        Whether to replace association files of other content.
    paths : "auto", "name", "relative" or "absolute"
        How members are named.
    extra : str or None
        Table of values that headers do not have.
    jobs : int
        Number of processes that read headers.

    Raises
    ------
    UsageError
        If there is no such level, or no such way to name members, the name of a file is empty, or
        the association files are to go to two places.
    """

    files: tuple[str, ...]
    level: int | None = None
    rules: tuple[RuleSource, ...] = (DEFAULT_RULES,)
    backgrounds: tuple[str, ...] = ()
    psfs: tuple[str, ...] = ()
    imprints: tuple[str, ...] = ()
    selfcal: tuple[str, ...] = ()
    direct_images: tuple[str, ...] = ()
    catalogs: tuple[str, ...] = ()
    segmaps: tuple[str, ...] = ()
    tweakreg_catalogs: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    only: Literal["science"] | None = None
    sky: SkyChoice | None = None
    stages: Literal["rules"] | None = None
    targets: tuple[str, ...] = ()
    product: str | None = None
    file_name: str | None = None
    out: str | None = None
    beside: bool = False
    replace: bool = False
    paths: PathPolicy = "auto"
    extra: str | None = None
    jobs: int = 1

    def __post_init__(self) -> None:
        """Refuse values that types rule out, for callers who do not check types."""
        for field in REQUEST_FIELDS:
            value = getattr(self, field.name)
            if field.choices and value != field.default and value not in field.choices:
                what = f"{field.subject or field.name} is {value!r}"
                raise UsageError(Problem(what, expected=field.choices_text()))
            if field.kind == "files" and not all(name.strip() for name in value):
                # An empty name would be taken for the working directory.
                place = field.flags[-1] if field.flags else field.metavar
                raise UsageError(Problem(f"{place}: the name is empty"))
        if self.beside and self.out is not None:
            what = f"association files cannot go both beside their data and to {self.out}"
            raise UsageError(Problem(what, expected="one of them"))

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Request:
        """Make a request of arguments in any form that `associate` accepts.

        Parameters
        ----------
        arguments : mapping of str to object
            Values by the name of the field; defaults take the place of those that are missing.
            Keys that name no field are ignored.

        Returns
        -------
        Request
            One name becomes a tuple of one, and a path becomes text.

        Raises
        ------
        UsageError
            If there is no such level, or no such way to name members.
        """
        return cls(**_plain_values(arguments))


def _plain_values(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of fields in the types that `Request` declares for them."""
    values: dict[str, Any] = {}
    for field in REQUEST_FIELDS:
        if field.name not in arguments:
            continue
        value = arguments[field.name]
        match field.kind:
            case "files":
                several = [value] if isinstance(value, str | PathLike) else value
                values[field.name] = tuple(map(fspath, several))
            case "rules":
                # A rule set is an iterable of rules, but counts as one source.
                single = isinstance(value, str | PathLike | Rule | RuleSet)
                values[field.name] = (value,) if single else tuple(value)
            case "texts":
                values[field.name] = (value,) if isinstance(value, str) else tuple(value)
            case "file":
                values[field.name] = None if value is None else fspath(value)
            case "text" | "choice" | "integer" | "flag":
                values[field.name] = value
    return values


def relocated(
    request: Request, moved: Callable[[str], str], is_rule_file: Callable[[str], bool]
) -> Request:
    """Rewrite every path of a request.

    Parameters
    ----------
    request : Request
        The request.
    moved : callable
        Returns the new path for an old one.
    is_rule_file : callable
        Whether a source of rules is a file; a rule set is named, and its name stays.

    Returns
    -------
    Request
        The request with the new paths.
    """
    changes: dict[str, Any] = {}
    for field in REQUEST_FIELDS:
        value = getattr(request, field.name)
        match field.kind:
            case "file":
                changes[field.name] = None if value is None else moved(value)
            case "files":
                changes[field.name] = tuple(map(moved, value))
            case "rules":
                changes[field.name] = tuple(
                    moved(source) if isinstance(source, str) and is_rule_file(source) else source
                    for source in (_text_of(source) for source in value)
                )
            case _:
                pass  # no paths
    return replace(request, **changes)


def _text_of(source: RuleSource) -> RuleSource:
    """Return the path of a file of rules as text."""
    return fspath(source) if isinstance(source, PathLike) else source

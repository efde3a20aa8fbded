"""Errors, and the problems they consist of: what is wrong, where, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from asnsolve import atomic
from asnsolve.shown_values import escaped


@dataclass(frozen=True, slots=True)
class Location:
    """Where a problem is.

    Parameters
    ----------
    file : str or None
        Name of the file, or of the object in memory.
    row : int or None
        Row of a pool or of another table, from 1; rows of a text file are its lines.
    column : str or None
        Name of the column, lower-cased.
    rule : str or None
        Name of the rule.
    program : str or None
        Number of the program, as in names.
    field : str or None
        Part of the rule or of another object of a rule file, such as ``steps[0].shared``.
    line : int or None
        Line of a file that is no table, such as a rule file, from 1.

    Examples
    --------
    >>> from asnsolve import Location
    >>> print(Location("pool.csv", row=3, column="filter"))
    pool.csv, row 3, column filter
    """

    file: str | None = None
    row: int | None = None
    column: str | None = None
    rule: str | None = None
    program: str | None = None
    field: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """Write the known parts, from file to column: ``pool.csv, row 3, column program``."""
        parts = [self.file] if self.file is not None else []
        parts += [
            f"{word} {value}"
            for word, value in (
                ("program", self.program),
                ("rule", self.rule),
                ("field", self.field),
                ("line", self.line),
                ("row", self.row),
                ("column", self.column),
            )
            if value not in (None, "")
        ]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    what : str
        What is wrong, as a clause without a full stop.
    location : Location
        Where it is.
    expected : str
        What was expected instead; empty if `what` says it.
    advice : str
        What to do about it; empty if that is plain.

    Examples
    --------
    >>> from asnsolve import Location, Problem
    >>> print(Problem("the row has no file name", Location("pool.csv", row=3), advice="Remove it."))
    pool.csv, row 3: the row has no file name. Remove it.
    """

    what: str
    location: Location = Location()
    expected: str = ""
    advice: str = ""

    def __str__(self) -> str:
        """Write the problem as one line of prose, with control characters as escapes."""
        location = str(self.location)
        text = f"{location}: {self.what}" if location else self.what
        if self.expected:
            text += f"; expected {self.expected}"
        if self.advice:
            text += f". {self.advice}"
        return escaped(text)


class AsnsolveError(Exception):
    """Base of every error that asnsolve raises on purpose.

    Parameters
    ----------
    problems : Problem or sequence of Problem
        What is wrong; at least one.

    Attributes
    ----------
    problems : tuple of Problem
        What is wrong, in the order found.

    Examples
    --------
    >>> from asnsolve import AsnsolveError, Pool
    >>> try:
    ...     Pool.read("missing.csv")
    ... except AsnsolveError as error:
    ...     print(type(error).__name__, error.problems[0].location)
    PoolError missing.csv
    """

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        # With its argument in `args`, an error can be sent from one process to another.
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Write one line per problem."""
        return "\n".join(map(str, self.problems))


class PoolError(AsnsolveError):
    """A pool cannot be read or used.

    Examples
    --------
    >>> from asnsolve import Pool, PoolError
    >>> try:
    ...     Pool.read("missing.csv")
    ... except PoolError as error:
    ...     print(error)
    missing.csv: the file cannot be read: No such file or directory
    """


class ExpressionError(AsnsolveError):
    """An expression of the rule language makes no sense.

    Examples
    --------
    >>> from asnsolve import ExpressionError
    >>> from asnsolve.expr.build import matches
    >>> try:
    ...     matches("filter", "f200(w")
    ... except ExpressionError as error:
    ...     print(error.problems[0].expected)
    a regular expression
    """


class RuleError(AsnsolveError):
    """A rule or a rule set is not acceptable.

    Examples
    --------
    >>> from asnsolve import RuleError, load_rules
    >>> try:
    ...     load_rules("jwts")
    ... except RuleError as error:
    ...     print(error.problems[0].advice)
    Did you mean jwst?
    """


class NamingError(AsnsolveError):
    """A product or file name does not follow the convention.

    Examples
    --------
    >>> from asnsolve import NamingError
    >>> from asnsolve.profiles.jwst import NAMES
    >>> try:
    ...     NAMES.parse_product_name("my product")
    ... except NamingError as error:
    ...     print(error.problems[0].what)
    product name 'my product' has the wrong shape
    """


class AssociationError(AsnsolveError):
    """An association or its file is not valid.

    Examples
    --------
    >>> from pathlib import Path
    >>> from asnsolve import AssociationError, read_association
    >>> _ = Path("mine_asn.json").write_text("{}")
    >>> try:
    ...     read_association("mine_asn.json")
    ... except AssociationError as error:
    ...     print(error.problems[0].what)
    holds no products with members
    """


class SearchLimitError(AsnsolveError):
    """Exposures fit together in too many ways, and nothing may be left unsolved.

    Examples
    --------
    >>> from asnsolve import Problem, SearchLimitError
    >>> print(SearchLimitError(Problem("exposures fit together in too many ways")))
    exposures fit together in too many ways
    """


class LawError(AsnsolveError):
    """A pool and a rule set break a law of solving; see `asnsolve.testing`.

    Examples
    --------
    >>> from asnsolve import LawError, Problem
    >>> print(LawError(Problem("two associations have one name")))
    two associations have one name
    """


class UsageError(AsnsolveError):
    """A call or a command was given arguments that do not go together.

    Examples
    --------
    >>> from asnsolve import Pool, UsageError, demo_pool, solve
    >>> try:
    ...     solve(Pool.read(demo_pool()), solver="quick")
    ... except UsageError as error:
    ...     print(error)
    there is no solver 'quick'; expected fast or exact
    """


def occupied(file: str) -> Problem:
    """Say that a file would be replaced, and what to do.

    Parameters
    ----------
    file : str
        Path of the file.

    Returns
    -------
    Problem
    """
    advice = "Choose another place, or replace it with --replace (in Python replace=True)."
    return Problem("already exists with other content", Location(file), advice=advice)


def not_utf8(name: str) -> Problem:
    """Say that no association can hold the name of a file, and what to do.

    Parameters
    ----------
    name : str
        Path of the file, which is not UTF-8.

    Returns
    -------
    Problem
    """
    what = "the name is not UTF-8, so no association can hold it"
    return Problem(what, Location(name), advice="Rename it.")


@contextmanager
def write_errors(kind: type[AsnsolveError], location: Location) -> Iterator[None]:
    """Raise an error that names the file if the block cannot write it.

    Parameters
    ----------
    kind : type
        Class of the error.
    location : Location
        The file.

    Yields
    ------
    None

    Raises
    ------
    AsnsolveError
        An error of `kind`, instead of any other OSError.
    UsageError
        If a file of other content is there already.
    """
    try:
        yield
    except atomic.OccupiedError as error:
        raise UsageError(occupied(location.file or "")) from error
    except OSError as error:
        raise kind(Problem(f"cannot be written: {error.strerror}", location)) from error


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Note on an unexpected error what was being done.

    Errors of asnsolve say by themselves what they are about, and are left as they are.

    Parameters
    ----------
    what : str
        What the block does, such as ``reading pool.csv``.

    Yields
    ------
    None
    """
    try:
        yield
    except AsnsolveError:
        raise
    except Exception as error:
        # Classes of rule files may have notes of their own.
        with suppress(Exception, SystemExit):
            error.add_note(f"while {what}")
        raise

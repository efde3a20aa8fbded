"""Read sets of associations to compare: from a solution, from files, from containers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import orjson

from asnsolve.archive.containers import is_container, read_container
from asnsolve.associations.association import Association
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.validation import validate_data, validate_file
from asnsolve.errors import AssociationError, Location, Problem
from asnsolve.naming import FILE_ENDING

_FILES = f"*{FILE_ENDING}"


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One product of one association, the unit of comparison.

    Parameters
    ----------
    program, rule, asn_type, asn_id : str
        The same as in the association.
    product : str
        Name of the product.
    members : tuple of (str, str)
        File and role of each member, sorted.
    """

    program: str
    rule: str
    asn_type: str
    asn_id: str
    product: str
    members: tuple[tuple[str, str], ...]

    @property
    def exposures(self) -> frozenset[str]:
        """Files of the members."""
        return frozenset(file for file, _ in self.members)

    def __str__(self) -> str:
        """Name the association, and its product."""
        return f"{self.asn_type} {self.asn_id} of {self.program} by {self.rule}: {self.product}"


def results_of(associations: Iterable[Association]) -> tuple[Result, ...]:
    """Return the products of associations.

    Parameters
    ----------
    associations : iterable of Association
        The associations.

    Returns
    -------
    tuple of Result
        One for each product, in the order of the associations.
    """
    return tuple(
        result for association in associations for result in _results(to_dict(association))
    )


def read_results(path: str | PathLike[str]) -> tuple[tuple[Result, ...], tuple[Problem, ...]]:
    """Read all associations of a file, a container, or a directory and those inside it.

    Parameters
    ----------
    path : path-like
        An association file, a container, or a directory of either.

    Returns
    -------
    results : tuple of Result
        The products of the valid associations.
    problems : tuple of Problem
        Why other associations were left out.

    Raises
    ------
    AssociationError
        If there is nothing to read.
    """
    results: list[Result] = []
    problems: list[Problem] = []
    for association in _read(Path(path)):
        if isinstance(association, Problem):
            problems.append(association)
        else:
            results += _results(association)
    return tuple(results), tuple(problems)


def _read(path: Path) -> Iterator[Mapping[str, Any] | Problem]:
    """Yield each association as plain data, or a problem in its place."""
    if path.is_dir():
        # Directories inside it too: runs over many programs write one for each program.
        files = sorted([*path.rglob(_FILES), *filter(is_container, path.rglob("*.*"))])
        if not files:
            what = f"the directory holds neither {_FILES} nor a container"
            raise AssociationError(Problem(what, Location(str(path))))
        for file in files:
            yield from _read(file)
    elif not path.exists():
        raise AssociationError(Problem("does not exist", Location(str(path))))
    elif is_container(path):
        yield from _read_container(path)
    else:
        # Valid files have all keys that `_results` reads.
        problems = validate_file(path)
        yield from problems or (orjson.loads(path.read_bytes()),)


def _read_container(path: Path) -> Iterator[Mapping[str, Any] | Problem]:
    for line in read_container(path):
        if isinstance(line, Problem):
            yield line
        else:
            data = orjson.loads(line.content)
            yield from validate_data(data, f"{path}/{line.file_name}") or (data,)


def _results(data: Mapping[str, Any]) -> Iterator[Result]:
    for product in data["products"]:
        members = ((member["expname"], member["exptype"]) for member in product["members"])
        yield Result(
            program=str(data["program"]),
            rule=str(data["asn_rule"]),
            asn_type=str(data["asn_type"]),
            asn_id=str(data["asn_id"]),
            product=product["name"],
            members=tuple(sorted(members)),
        )

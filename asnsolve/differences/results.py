"""Read sets of associations to compare: from a solution, from files, from containers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

import orjson

from asnsolve.archive.containers import association_paths, is_container, read_container
from asnsolve.associations.association import Association
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.json_text import parse_json
from asnsolve.associations.read_files import text_of
from asnsolve.associations.validation import validate_data
from asnsolve.errors import AssociationError, Location, Problem
from asnsolve.input_files import exists, is_directory, read_content
from asnsolve.profiles import (
    DEFAULT_FIELDS,
    FILE_ENDING,
    FileFields,
    Profile,
    default_profile,
)

_FOUND_BY: Final = re.compile(r"^(?:candidate|discover)_")
"""What asn_generate and the archive write before the name of a rule: how it was found."""


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One product of one association, the unit of comparison.

    Parameters
    ----------
    program, rule, asn_type, asn_id : str
        The same as in the association, but for the prefix of the rule that says how the
        association was found; empty where the association says nothing.
    product : str
        Name of the product.
    members : tuple of (str, str)
        File of each member, and its role in lower case, sorted.
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
        told = [
            text or f"no {what}"
            for what, text in (
                ("type", self.asn_type),
                ("id", self.asn_id),
                ("program", self.program),
                ("rule", self.rule),
                ("name", self.product),
            )
        ]
        return "{} {} of {} by {}: {}".format(*told)


@dataclass(frozen=True, slots=True)
class ReadResults:
    """What the associations of a file, a container or a directory hold.

    Parameters
    ----------
    results : tuple of Result
        Every product that can be read, also of associations that are not valid.
    invalid : tuple of Problem
        What is wrong with associations whose products are among the results.
    unread : tuple of Problem
        What could not be read, and is not compared.
    files : tuple of str
        Names of the association files, without directory.
    """

    results: tuple[Result, ...]
    invalid: tuple[Problem, ...]
    unread: tuple[Problem, ...]
    files: tuple[str, ...] = ()


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
        result
        for association in associations
        for result in results_of_data(to_dict(association), association.fields)
    )


def read_results(path: str | PathLike[str], profile: Profile | None = None) -> ReadResults:
    """Read all associations of a file, a container, or a directory and those inside it.

    Parameters
    ----------
    path : path-like
        An association file, a container, or a directory of either.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    ReadResults

    Raises
    ------
    AssociationError
        If there is nothing to read.
    """
    mission = profile or default_profile()
    results: list[Result] = []
    invalid: list[Problem] = []
    unread: list[Problem] = []
    files: list[str] = []
    for found in _read(Path(path)):
        if isinstance(found, Problem):
            unread.append(found)
            continue
        files.append(Path(found.file).name)
        products = list(results_of_data(found.data, mission.fields))
        results += products
        # How the files of others are named is no matter of a comparison. An association without a
        # single readable product is not compared.
        (invalid if products else unread).extend(
            fault.problem
            for fault in validate_data(found.data, found.file, profile=mission)
            if fault.weight != "remark"
        )
    return ReadResults(tuple(results), tuple(invalid), tuple(unread), tuple(files))


@dataclass(frozen=True, slots=True)
class _Found:
    """An association as plain data, and where it is."""

    file: str
    data: Mapping[str, Any]


def _read(path: Path) -> Iterator[_Found | Problem]:
    """Yield each association, or a problem in its place."""
    if is_directory(path):
        files = association_paths(path)
        if not files:
            what = f"the directory holds neither *{FILE_ENDING} nor a container"
            raise AssociationError(Problem(what, Location(str(path))))
        for file in files:
            yield from _read(file)
    elif not exists(path):
        raise AssociationError(Problem("does not exist", Location(str(path))))
    elif is_container(path):
        for line in read_container(path):
            if isinstance(line, Problem):
                yield line
            else:
                yield _Found(f"{path}/{line.file_name}", orjson.loads(line.content))
    else:
        yield _read_file(path)


def _read_file(path: Path) -> _Found | Problem:
    try:
        data = parse_json(read_content(path))
    except OSError as error:
        return Problem(f"cannot be read: {error.strerror}", Location(str(path)))
    except json.JSONDecodeError as error:
        there = Location(str(path), line=error.lineno, column=str(error.colno))
        return Problem(f"is not JSON: {error.msg}", there)
    if not isinstance(data, dict):
        return Problem("the file holds no association", Location(str(path)))
    return _Found(str(path), data)


def results_of_data(
    data: Mapping[str, Any], fields: FileFields = DEFAULT_FIELDS
) -> Iterator[Result]:
    """Read the products of an association, as far as it has any; it need not be valid.

    Parameters
    ----------
    data : mapping
        What the JSON of the association holds.
    fields : FileFields
        The keys of the file.

    Yields
    ------
    Result
        Each product.
    """
    keys = fields.keys
    file, role = keys["expname"], keys["exptype"]
    for product in _objects(data.get("products")):
        members = (
            (text_of(member[file]), text_of(member.get(role)).lower())
            for member in _objects(product.get("members"))
            if file in member
        )
        yield Result(
            program=text_of(data.get(keys["program"])),
            rule=_FOUND_BY.sub("", text_of(data.get(keys["rule"]))),
            asn_type=text_of(data.get(keys["asn_type"])),
            asn_id=text_of(data.get(keys["asn_id"])),
            product=text_of(product.get("name")),
            members=tuple(sorted(members)),
        )


def _objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; none if it is anything else."""
    entries = value if isinstance(value, list | tuple) else ()
    return [entry for entry in entries if isinstance(entry, dict)]

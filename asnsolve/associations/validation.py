"""Checks of association files, whoever wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from asnsolve.associations.faults import Fault, fault, one_of_each_kind
from asnsolve.associations.json_text import parse_json
from asnsolve.associations.meaning_checks import (
    meaning_faults,
    member_faults,
    missing_members,
)
from asnsolve.associations.name_checks import name_faults
from asnsolve.associations.read_files import is_of_level2
from asnsolve.associations.shape_checks import in_words, shape_faults
from asnsolve.errors import Location, Problem
from asnsolve.input_files import exists, is_file, read_content
from asnsolve.profiles import Profile, default_profile


def validate_file(
    path: str | PathLike[str], *, find_members: bool = False, profile: Profile | None = None
) -> tuple[Fault, ...]:
    """Check a file of an association of level 2 or 3.

    Parameters
    ----------
    path : path-like
        The file.
    find_members : bool
        Whether a member without a file is a finding.
    profile : Profile, optional
        The mission; by default `default_profile`. What the pipelines need is checked for that
        mission only.

    Returns
    -------
    tuple of Fault
        Errors, which keep the pipelines from using the file; findings, which make them do something
        else than was meant; remarks on what the archive names otherwise. Empty if there is nothing
        to say. There is one fault of each kind, however many members have it.

    Examples
    --------
    >>> from asnsolve import association_from_list, validate_file
    >>> files = ["a_cal.fits", "b_cal.fits"]
    >>> made = association_from_list(files, product="mosaic", asn_type="image3")
    >>> path = made.write(".")
    >>> [(fault.weight, fault.kind) for fault in validate_file(path)]
    [('remark', 'product name'), ('remark', 'file name')]
    """
    file = Path(path)
    where = Location(file=str(file))
    try:
        if exists(file) and not is_file(file):
            return (Fault("error", "file", Problem("is not a file", where)),)
        data = parse_json(read_content(file))
    except (FileNotFoundError, NotADirectoryError):
        return (Fault("error", "file", Problem("does not exist", where)),)
    except OSError as error:
        return (Fault("error", "file", Problem(f"cannot be read: {error.strerror}", where)),)
    except json.JSONDecodeError as error:
        there = Location(file=str(file), line=error.lineno, column=str(error.colno))
        return (Fault("error", "json", Problem(f"is not JSON: {error.msg}", there)),)
    if not isinstance(data, dict):
        what = f"the file holds {in_words(data)}"
        return one_of_each_kind([fault("error", "object", what, "an association")], where)
    return validate_data(data, str(file), find_members=find_members, profile=profile)


def validate_data(
    data: Mapping[str, Any],
    file: str | None = None,
    *,
    product_names: bool = True,
    find_members: bool = False,
    profile: Profile | None = None,
) -> tuple[Fault, ...]:
    """Check an association of level 2 or 3 as read from JSON.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers.
    file : str, optional
        File that it comes from; its name is then compared with the contents.
    product_names : bool
        Whether product names must follow the convention.
    find_members : bool
        Whether a member without a file is a finding; it is looked for beside `file`, and from the
        working directory.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    tuple of Fault
        As from `validate_file`. What was meant and names are checked only if the pipelines can use
        the association.
    """
    where = Location(file=file)
    mission = profile or default_profile()
    faults = list(shape_faults(data, mission))
    if not faults:
        keys = mission.fields.keys
        is_level2 = is_of_level2(data.get(keys["asn_type"], ""), data.get(keys["rule"], ""))
        # What the pipelines need is known for the default mission only.
        if mission == default_profile():
            faults += meaning_faults(data, is_level2=is_level2)
        else:
            faults += member_faults(data, mission)
        if find_members:
            faults += missing_members(data, Path(file or "").parent, mission)
        faults += name_faults(data, file, mission, is_level2=is_level2, product_names=product_names)
    return one_of_each_kind(faults, where)

"""Files of extents: the exposure types and pointings that the rules of a set are for.

A file lies beside the declarations of its rule set. It is written by ``asnsolve check --update``
and reviewed as a diff, so it has one value per line, sorted by rule and role.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Final

from asnsolve.rules.domain import Extent

EXTENTS_FILE: Final = "extents.json"
"""Name of the file inside the package that holds the declarations."""


def read_extents(package: str) -> tuple[Extent, ...]:
    """Read the extents that lie in a package.

    Parameters
    ----------
    package : str
        Name of the package, as ``asnsolve.rules.jwst.declared``.

    Returns
    -------
    tuple of Extent
        Sorted by rule and role.
    """
    # Through importlib.resources, so that it works for a package in an archive too.
    data = json.loads((files(package) / EXTENTS_FILE).read_text("utf-8"))
    return tuple(
        Extent(rule, role, tuple(values["exp_type"]), tuple(values["pntgtype"]))
        for rule, roles in data.items()
        for role, values in roles.items()
    )


def extents_text(extents: Iterable[Extent]) -> str:
    """Return the text of a file that `read_extents` reads back.

    Parameters
    ----------
    extents : iterable of Extent
        No two of one rule and role.

    Returns
    -------
    str
        JSON: rule, role, attribute, and the values of each.
    """
    data: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {}
    for extent in sorted(extents, key=lambda extent: (extent.rule, extent.role)):
        values = {"exp_type": extent.exp_types, "pntgtype": extent.pointings}
        data.setdefault(extent.rule, {})[extent.role] = values
    return json.dumps(data, indent=1) + "\n"

"""What comes with the rule sets of the package: exposures there can be, and what is declared."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from asnsolve.rules.declarations import Declared
from asnsolve.rules.declared_2017 import DECLARED_2017
from asnsolve.rules.jwst.declared import DECLARED as _JWST
from asnsolve.rules.jwst.declared import PROMISES
from asnsolve.rules.jwst.domain import DOMAIN as _DOMAIN

__all__ = ["DECLARED", "DOMAIN", "declared_of"]

DOMAIN: Final = _DOMAIN
"""The exposures of JWST."""

DECLARED: Final[Mapping[str, Declared]] = MappingProxyType(
    {"jwst": _JWST, "level3-2017": DECLARED_2017, "": Declared(promises=PROMISES)}
)
"""What is declared of rule sets, by name; under no name, what is promised of any other."""


def declared_of(name: str) -> Declared:
    """Return what is declared of a rule set; of joined ones, what is of each that is known."""
    known = [DECLARED[part] for part in name.split("+") if part in DECLARED]
    if not known:
        return DECLARED[""]
    return Declared(
        promises=tuple(dict.fromkeys(one for part in known for one in part.promises)),
        gaps=tuple(one for part in known for one in part.gaps),
        overlaps=tuple(one for part in known for one in part.overlaps),
        waivers=tuple(one for part in known for one in part.waivers),
        takes=tuple(one for part in known for one in part.takes),
    )

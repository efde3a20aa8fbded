"""What comes with the rule sets of the package: the domain, and what each set declares."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from asnsolve.rules.domain import Declared
from asnsolve.rules.jwst.declared import DECLARED as _JWST
from asnsolve.rules.jwst.declared import JWST_MAIN, PROMISES
from asnsolve.rules.jwst.observatory import DOMAIN as _DOMAIN
from asnsolve.rules.level3_2017.declared import DECLARED_2017

DOMAIN: Final = _DOMAIN
"""The exposures of JWST."""

DECLARED: Final[Mapping[str, Declared]] = MappingProxyType(
    {
        "jwst": _JWST,
        "jwst-main": JWST_MAIN,
        "level3-2017": DECLARED_2017,
        "": Declared(promises=PROMISES),
    }
)
"""What each rule set declares, by name; the empty name stands for every other rule set."""

EXTENT_FILES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "jwst": ("asnsolve.rules.jwst.declared", "jwst.json"),
        "jwst-main": ("asnsolve.rules.jwst.declared", "jwst-main.json"),
        "level3-2017": ("asnsolve.rules.level3_2017", "level3-2017.json"),
    }
)
"""The package and the name of the file of extents of each rule set."""


def declared_of(name: str) -> Declared:
    """Return what a rule set declares.

    Parameters
    ----------
    name : str
        Name of the set; of a set that joins several, their names joined by ``+``.

    Returns
    -------
    Declared
        The declarations of all the parts that have some, joined.
    """
    known = [DECLARED[part] for part in name.split("+") if part in DECLARED]
    if not known:
        return DECLARED[""]
    return Declared(
        promises=tuple(dict.fromkeys(promise for part in known for promise in part.promises)),
        gaps=tuple(gap for part in known for gap in part.gaps),
        overlaps=tuple(overlap for part in known for overlap in part.overlaps),
        waivers=tuple(waiver for part in known for waiver in part.waivers),
        extents=tuple(extent for part in known for extent in part.extents),
        words={name: meaning for part in known for name, meaning in part.words.items()},
    )

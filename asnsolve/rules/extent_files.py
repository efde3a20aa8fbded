"""Files of extents: what the rules of a set take, and what pairs of them take both.

A file lies beside the declarations of its rule set. It is written by ``asnsolve check --update``
and reviewed as a diff, so it has one sentence per line, sorted by rule. What rules have in common
with their base is written with the base.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files

from asnsolve.rules.domain import Extent, Overlap

_KINDS = {True: "as science", False: "in other roles"}


@dataclass(frozen=True, slots=True)
class ExtentFile:
    """What a file of extents holds.

    Parameters
    ----------
    extents : tuple of Extent
        What each rule takes.
    bases : mapping of str to str
        The base of each rule.
    words : mapping of str to str
        The meaning of the names in the sentences.
    shared : mapping of (frozenset of str, bool) to tuple of str
        The exposures that two rules take: as science, or in other roles.
    """

    extents: tuple[Extent, ...] = ()
    bases: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    shared: Mapping[tuple[frozenset[str], bool], tuple[str, ...]] = field(default_factory=dict)

    def with_exposures(self, overlaps: Iterable[Overlap]) -> tuple[Overlap, ...]:
        """Declare the exposures of overlaps.

        Parameters
        ----------
        overlaps : iterable of Overlap
            The overlaps.

        Returns
        -------
        tuple of Overlap
            The same, with the exposures that the file has for them.
        """
        return tuple(
            replace(
                overlap,
                exposures=self.shared.get((frozenset(overlap.rules), overlap.science), ()),
            )
            for overlap in overlaps
        )


def read_extents(package: str, name: str) -> ExtentFile:
    """Read a file of extents that lies in a package.

    Parameters
    ----------
    package : str
        Name of the package, such as ``asnsolve.rules.jwst.declared``.
    name : str
        Name of the file, such as ``jwst.json``.

    Returns
    -------
    ExtentFile
        What it holds.
    """
    # Through importlib.resources, so that it works for a package in an archive too.
    data = json.loads((files(package) / name).read_text("utf-8"))
    extents: list[Extent] = []
    bases: dict[str, str] = {}
    for rule, values in data["rules"].items():
        bases[rule] = values.pop("base")
        takes, roles = (tuple(values.pop(part)) for part in ("takes", "roles"))
        parts = {
            part: tuple(texts)
            for part, texts in (data["bases"].get(bases[rule], {}) | values).items()
        }
        extents.append(Extent(rule, takes, roles, parts))
    shared = {
        (frozenset(rules.split(" and ")), science): tuple(kinds[kind])
        for rules, kinds in data["overlaps"].items()
        for science, kind in _KINDS.items()
        if kind in kinds
    }
    return ExtentFile(tuple(extents), bases, data["words"], shared)


def extents_text(file: ExtentFile) -> str:
    """Return the text of a file that `read_extents` reads back.

    Parameters
    ----------
    file : ExtentFile
        What it holds.

    Returns
    -------
    str
        JSON.
    """
    extents = sorted(file.extents, key=lambda extent: extent.rule)
    # A base has those sentences of each part that most of its rules have.
    bases: dict[str, dict[str, tuple[str, ...]]] = {}
    for base in sorted(set(file.bases.values())):
        of_base = [extent.parts for extent in extents if file.bases[extent.rule] == base]
        for part in of_base[0]:
            counts = Counter(parts[part] for parts in of_base)
            texts, count = counts.most_common(1)[0]
            if count > 1:
                bases.setdefault(base, {})[part] = texts
    rules = {
        extent.rule: {
            "base": file.bases[extent.rule],
            "takes": extent.takes,
            "roles": extent.roles,
            **{
                part: texts
                for part, texts in extent.parts.items()
                if bases.get(file.bases[extent.rule], {}).get(part) != texts
            },
        }
        for extent in extents
    }
    overlaps: dict[str, dict[str, tuple[str, ...]]] = {}
    for (pair, science), exposures in sorted(
        file.shared.items(), key=lambda shared: (sorted(shared[0][0]), not shared[0][1])
    ):
        overlaps.setdefault(" and ".join(sorted(pair)), {})[_KINDS[science]] = exposures
    data = {"words": dict(sorted(file.words.items())), "bases": bases, "rules": rules}
    return json.dumps(data | {"overlaps": overlaps}, indent=1) + "\n"

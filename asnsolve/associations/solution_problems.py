"""Problems that a solution reports besides those of its pool."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set

import numpy as np

from asnsolve.associations.association_table import AssociationTable
from asnsolve.errors import Location, Problem
from asnsolve.phrases import listed
from asnsolve.pool.table import Pool
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.arrays import Ints
from asnsolve.solvers.scopes import CandidateFilter
from asnsolve.suggest import did_you_mean


def unusable_candidates(pool: Pool) -> Iterator[Problem]:
    """Report candidates whose id cannot be part of a name.

    Parameters
    ----------
    pool : Pool
        The exposures.

    Yields
    ------
    Problem
        One per candidate and program.
    """
    named, is_asn_id = pool.candidates, pool.profile.names.is_asn_id
    unusable = np.array([not is_asn_id(asn_id) for asn_id, _ in named.table], dtype=np.bool_)
    is_bad = unusable[named.pairs]
    programs = pool.codes("program")[named.rows[is_bad]]
    distinct = np.unique(np.stack([programs, named.pairs[is_bad]]), axis=1)
    for program, pair in distinct.T.tolist():
        what = f"the candidate {named.table[pair]} is skipped: names cannot hold it"
        where = Location(pool.name, column="asn_candidate", program=_program(pool, program))
        yield Problem(what, where, "an id of one letter and digits, such as o001")


def known_candidates(pool: Pool) -> frozenset[str]:
    """Return the ids of candidates that exposures name.

    Parameters
    ----------
    pool : Pool
        The exposures.

    Returns
    -------
    frozenset of str
        Without those that cannot be part of a name.
    """
    is_asn_id = pool.profile.names.is_asn_id
    return frozenset(asn_id for asn_id, _ in pool.candidates.table if is_asn_id(asn_id))


def unknown_candidates(name: str, known: Set[str], asked: CandidateFilter) -> Iterator[Problem]:
    """Report candidates that were asked for and that no exposure names.

    Parameters
    ----------
    name : str
        Name of the pool.
    known : set of str
        The ids that `known_candidates` returns.
    asked : CandidateFilter
        The candidates asked for.

    Yields
    ------
    Problem
        One per id.
    """
    where = Location(name, column="asn_candidate")
    for asn_id in sorted((asked.ids or frozenset()) - known):
        what = f"no exposure names the candidate {asn_id!r}"
        yield Problem(what, where, advice=likely_candidate(asn_id, known))


def without_candidates(pool: Pool, rules: RuleSet) -> Iterator[Problem]:
    """Report rules that make nothing, because no exposure names a candidate.

    Parameters
    ----------
    pool : Pool
        The exposures.
    rules : RuleSet
        The rules.

    Yields
    ------
    Problem
        One if there are such rules.
    """
    if len(pool.candidates.table):
        return
    every, needy = Counter[int](), Counter[int]()
    for rule in rules:
        level, reach = rule.base.level, rule.scope_reach
        is_free = reach.discovered and reach.candidate_types is None
        every[level] += 1
        needy[level] += not (is_free or reach.across_programs)
    counts = [
        f"{count} of {every[level]} rules of level {level}"
        for level, count in sorted(needy.items())
        if count
    ]
    if counts:
        what = f"no exposure names a candidate, so {listed(counts)} make nothing"
        advice = "Name at least the candidate of the observation: [('o001', 'observation')]."
        yield Problem(what, Location(pool.name, column="asn_candidate"), advice=advice)


def likely_candidate(asn_id: str, known: Set[str]) -> str:
    """Say what was probably meant by the id of a candidate that no exposure names.

    Parameters
    ----------
    asn_id : str
        The id.
    known : set of str
        The ids of candidates that exposures name.

    Returns
    -------
    str
        Empty if no id is near.
    """
    parts = re.split(r"[\s,;]+", asn_id.strip(" ,;"))
    if len(parts) > 1:
        return f"Give each id by itself: {' '.join(parts)}."
    # A number alone is that of an observation or of a candidate: "1" is o001.
    numbered = {one for one in known if re.fullmatch(rf"\D+0*{re.escape(asn_id)}", one)}
    if asn_id.isdecimal() and numbered:
        return did_you_mean(min(numbered), numbered)
    return did_you_mean(asn_id, known)


def members_without_stage(table: AssociationTable, places: Ints) -> Iterable[Problem]:
    """Report members whose file name has no stage that could be replaced.

    Parameters
    ----------
    table : AssociationTable
        The associations.
    places : ndarray of int64, shape (k,)
        Rows of the table whose members are looked at.

    Yields
    ------
    Problem
        One per file.
    """
    if table.files.plain:
        return
    shown = np.zeros(len(table), dtype=np.bool_)
    shown[places] = True
    members, pool = table.members, table.scoped.pool
    numbers = members.files[shown[members.owners] & (members.entries >= 0)]
    # A file that rows of several programs describe is reported for the last of them.
    programs = np.full(len(table.files.names), -1, dtype=np.int32)
    np.maximum.at(programs, pool.codes("filename"), pool.codes("program"))
    for code, file in table.files.unnamed(numbers // len(table.files.stages)):
        what = f"{file} is kept as it is: its stage cannot be told"
        where = Location(pool.name, column="filename", program=_program(pool, programs[code]))
        yield Problem(
            what, where, f"a name that ends in _{pool.profile.files.raw} and an extension"
        )


def _program(pool: Pool, code: int) -> str:
    """Write the number of a program; exposures without a program have one too."""
    return pool.program_texts()[code]

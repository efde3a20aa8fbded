"""Why an association has its members, asked by the name of its file or of its product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

import numpy as np

from asnsolve.associations.association import Association
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.read_files import read_association
from asnsolve.errors import AssociationError, Problem
from asnsolve.explanations.member_answers import ExplainedAssociation
from asnsolve.explanations.member_grounds import explained_members, members_of, shared_keys
from asnsolve.explanations.programs import Programs, SolvedProgram, Subject
from asnsolve.input_files import is_file
from asnsolve.pool.table import Pool
from asnsolve.rules.load import RuleSource
from asnsolve.suggest import did_you_mean


def explain_association(
    pool: object, rules: RuleSource | Iterable[RuleSource], name: str | PathLike[str]
) -> tuple[ExplainedAssociation, ...]:
    """Explain why associations have their members, and what these share.

    Parameters
    ----------
    pool : Pool, or anything that `Pool.read` takes
        The exposures.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    name : str or path
        An association file, whose association is looked for among those of the pool; or the name of
        an association file, or of a product, that the pool gives.

    Returns
    -------
    tuple of ExplainedAssociation
        The associations of that name; those that were dropped only if none stays. ``str`` makes
        each of them prose.

    Raises
    ------
    AssociationError
        If the file cannot be read, or if the pool gives no association of this name, or none with
        the members that the file has.
    PoolError
        If `pool` cannot be read as a pool.
    RuleError
        If the rules are not acceptable.
    """
    programs = Programs.read(pool, rules)
    path = Path(name)
    if path.suffix == ".json" and is_file(path):
        return tuple(_of_file(programs, path))
    word = path.name.strip().lower()
    solved = [programs.of(subject) for subject in _subjects(programs.pool, word)]
    for found in (_kept(solved, word), _dropped(solved, word)):
        if answers := tuple(found):
            return answers
    known = [name for program in solved for kept in program.solution for name in _names(kept)]
    raise AssociationError(
        Problem(f"no association or product is named {word}", advice=did_you_mean(word, known))
    )


def _subjects(pool: Pool, word: str) -> Iterator[Subject]:
    """Go through the programs in which an association of some name may be."""
    of_row = np.array(pool.program_texts(), dtype=object)[pool.codes("program")]
    programs = sorted({*of_row.tolist()})
    # Names of associations and products begin with the program.
    prefix = pool.profile.names.prefix
    named = [program for program in programs if word.startswith(f"{prefix}{program}")]
    for program in named or programs:
        part = pool.take(np.flatnonzero(of_row == program))
        yield Subject(part.value(0, "filename") or "", program, part)


def _names(association: Association) -> Iterator[str]:
    """List the names that an association can be asked for by."""
    yield association.file_name
    yield from (product.name for product in association.products)


def _kept(solved: list[SolvedProgram], word: str) -> Iterator[ExplainedAssociation]:
    for program in solved:
        for association in program.solution:
            if word in map(str.lower, _names(association)):
                yield explained(program, association)


def _dropped(solved: list[SolvedProgram], word: str) -> Iterator[ExplainedAssociation]:
    for program in solved:
        for dropped in program.solution.dropped:
            if word in map(str.lower, _names(dropped.association)):
                yield explained(program, dropped.association, dropped)


def _of_file(programs: Programs, path: Path) -> Iterator[ExplainedAssociation]:
    """Find the association of a file, by its first product and its members, and explain it."""
    asked = read_association(path, programs.pool.profile)
    product = asked.products[0].name.lower() if asked.products else ""
    same_name: list[Association] = []
    for subject in _subjects(programs.pool, _beginning(programs, asked)):
        program = programs.of(subject)
        given = [
            *((association, None) for association in program.solution),
            *((dropped.association, dropped) for dropped in program.solution.dropped),
        ]
        for association, dropped in given:
            if product in map(str.lower, _names(association)):
                same_name.append(association)
                if _members(association) == _members(asked):
                    yield explained(program, association, dropped)
                    return
    raise AssociationError(_other_members(path, asked, same_name))


def _beginning(programs: Programs, asked: Association) -> str:
    """Return how the names of an association begin; empty if it has no program."""
    return f"{programs.pool.profile.names.prefix}{asked.program}" if asked.program else ""


def _members(association: Association) -> set[tuple[str, str]]:
    return {(one.exposure or one.expname, one.exptype.lower()) for one in association.members}


def _other_members(path: Path, asked: Association, same_name: list[Association]) -> Problem:
    """Say how a file differs from what the pool and the rules give."""
    product = asked.products[0].name if asked.products else ""
    if not same_name:
        return Problem(f"{path.name}: no rule makes the product {product} of this pool")
    nearest = min(same_name, key=lambda one: len(_members(one) ^ _members(asked)))
    missing = sorted(_members(nearest) - _members(asked))
    more = sorted(_members(asked) - _members(nearest))
    told = [
        f"{what}: {', '.join(f'{name} as {role}' for name, role in names[:3])}"
        + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        for what, names in (("only in the file", more), ("not in the file", missing))
        if names
    ]
    return Problem(
        f"{path.name}: the rules give {product} other members",
        expected=f"the members that {nearest.rule} gives it",
        advice=f"{'; '.join(told)}.",
    )


def explained(
    program: SolvedProgram, association: Association, dropped: Dropped | None = None
) -> ExplainedAssociation:
    """Explain one association of a program.

    Parameters
    ----------
    program : SolvedProgram
        The program.
    association : Association
        One of its associations, or one that was dropped.
    dropped : Dropped, optional
        Why it was dropped.

    Returns
    -------
    ExplainedAssociation
    """
    members = members_of(program, association)
    return ExplainedAssociation(
        file_name=association.file_name if dropped is None else "",
        rule=association.rule,
        title=members.rule.title,
        asn_id=association.asn_id,
        product=association.products[0].name,
        members=explained_members(members, association),
        shared=shared_keys(members),
        law=None if dropped is None else dropped.law,
        gave_way_to="" if dropped is None else dropped.gave_way_to.file_name,
        files=program.task.scoped.pool.profile.files,
    )

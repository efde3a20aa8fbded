"""Why two exposures are together, or are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from asnsolve.associations.association import Association
from asnsolve.errors import Location, PoolError, Problem
from asnsolve.explanations.pair_answers import KeyAnswer, PairAnswer, Together
from asnsolve.explanations.programs import Programs, Subject, holding, subject_of
from asnsolve.explanations.rule_answers import rule_answer
from asnsolve.explanations.unmet_needs import groups_around
from asnsolve.pool.measures import number_text
from asnsolve.pool.table import Pool
from asnsolve.rules.load import RuleSource, load_rules
from asnsolve.rules.model import Rule
from asnsolve.solvers.judgement import CANDIDATE, Judgement
from asnsolve.solvers.key_numbers import KeyNumbers
from asnsolve.solvers.scoped_pool import ScopedPool


def explain_pair(
    pool: Pool,
    rules: RuleSource | Iterable[RuleSource],
    exposure: str,
    other: str,
    rule: str | None = None,
) -> Together:
    """Explain why two exposures are in one association, or in none.

    Parameters
    ----------
    pool : Pool
        The exposures.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    exposure, other : str
        File names of the exposures, or of files that were made from them.
    rule : str, optional
        Name of the only rule to ask.

    Returns
    -------
    Together
        What each rule finds between them. ``str`` makes it prose.

    Raises
    ------
    PoolError
        If there is no such exposure, or if the two are of different programs or the same.
    RuleError
        If there is no such rule, or if the rules are not acceptable.
    """
    return pair_in(Programs(pool, load_rules(rules)), exposure, other, rule)


def pair_in(programs: Programs, exposure: str, other: str, rule: str | None = None) -> Together:
    """Explain a pair of exposures, where more pairs of the same pool follow.

    Parameters
    ----------
    programs : Programs
        The programs of the pool; each is solved once for all pairs.
    exposure, other : str
        File names of the two exposures, as `explain_pair` takes them.
    rule : str, optional
        The only rule to ask; every rule by default.

    Returns
    -------
    Together
        What each rule finds between the two.

    Raises
    ------
    PoolError
        If there is no such exposure, or if the two are of different programs or the same.
    RuleError
        If there is no such rule.
    """
    first, second = subject_of(programs.pool, exposure), subject_of(programs.pool, other)
    _refuse(programs.pool, first, second)
    program, files = programs.of(first), programs.pool.profile.files
    names = (first.filename, second.filename)
    entries = (program.entries(names[0]), program.entries(names[1]))
    both = [*holding(holding(program.solution, names[0], files), names[1], files)]

    def nearness(pair: tuple[Judgement, PairAnswer]) -> tuple[bool, int, int]:
        judgement, answer = pair
        refusals = sum(int(judgement.distances(each).min()) for each in entries)
        return not answer.together, refusals, answer.distance

    scoped = program.task.scoped
    answers = [(each, _answer(each, scoped, entries, names, both)) for each in program.named(rule)]
    return Together(*names, tuple(answer for _, answer in sorted(answers, key=nearness)))


def _refuse(pool: Pool, first: Subject, second: Subject) -> None:
    """Raise if the two are one exposure, or of different programs."""
    column = Location(pool.name, column="filename")
    if first.filename == second.filename:
        raise PoolError(Problem(f"{first.filename} is named twice", column, "two exposures"))
    if first.program != second.program:
        programs = f"{first.program} and {second.program}"
        what = f"the exposures are of different programs, {programs}, which never meet"
        raise PoolError(Problem(what, column, "exposures of one program"))


def _answer(
    judgement: Judgement,
    scoped: ScopedPool,
    entries: tuple[ScopedPool, ScopedPool],
    names: tuple[str, str],
    both: Sequence[Association],
) -> PairAnswer:
    first, second = (rule_answer(judgement, each) for each in entries)
    refused = tuple(
        (name, refusal)
        for name, answer in zip(names, (first, second), strict=True)
        for refusal in answer.refusals
        # That no scope has both of them is told apart from the clauses.
        if refusal.clause != CANDIDATE
    )
    scopes = [set(each.entry_scopes[judgement.solved(each)].tolist()) for each in entries]
    return PairAnswer(
        rule=judgement.rule.name,
        variant=judgement.rule.variant,
        roles=(first.role, second.role),
        together=tuple(found.file_name for found in both if found.rule == judgement.rule.name),
        refused=refused,
        keys=(
            *_different(judgement.rule, entries),
            *_too_far_apart(judgement, scoped, entries),
        ),
        share_scope=bool(scopes[0] & scopes[1]),
        files=scoped.pool.profile.files,
    )


def _different(rule: Rule, entries: tuple[ScopedPool, ScopedPool]) -> Iterator[KeyAnswer]:
    """Find the keys for which two exposures have no value in common."""
    for name, key in rule.keys:
        offers = [each.offers(rule, key) for each in entries]
        values = [
            {offer.values[code] if code >= 0 else None for code in offer.offered.tolist()}
            for offer in offers
        ]
        # An exposure that leaves the key open may stand beside any value.
        if None in values[0] | values[1] or values[0] & values[1]:
            continue
        first, second = (" or ".join(sorted(filter(None, own))) for own in values)
        yield KeyAnswer(name, first, second)


def _too_far_apart(
    judgement: Judgement, scoped: ScopedPool, entries: tuple[ScopedPool, ScopedPool]
) -> Iterator[KeyAnswer]:
    """Find the keys on which two exposures are too far apart, if no set holds both."""
    rule = judgement.rule
    if not rule.measured_keys:
        return
    groups = groups_around(judgement, scoped, entries[0])
    sets = np.split(groups.entries, groups.starts[1:]) if len(groups) else []
    if any(all(np.isin(one.entries, own).any() for one in entries) for own in sets):
        return
    for name, key in rule.measured_keys:
        numbers = [each.numbers_for(rule, key)[:, 0] for each in entries]
        both = KeyNumbers.of(key, np.stack(numbers, axis=1))
        if not both.is_open.any() and not both.fits(np.zeros(2, dtype=np.int64))[0]:
            first, second = (" ".join(map(number_text, own.tolist())) for own in numbers)
            yield KeyAnswer(name, first, second)

"""Why two exposures are together, or are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.explanations.answers import ClauseAnswer, KeyAnswer, PairAnswer, Together
from asnsolve.explanations.relax import CANDIDATE, holding
from asnsolve.explanations.subject import Subject, subject_of
from asnsolve.explanations.why import Asked, rules_named
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.rules.load import RuleSource, load_rules
from asnsolve.rules.rule import Rule

__all__ = ["explain_pair"]


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
        File names of the exposures, or of files that were made of them.
    rule : str, optional
        Name of the only rule that is asked.

    Returns
    -------
    Together
        For each rule, what is between them. ``str`` makes it prose.

    Raises
    ------
    PoolError
        If there is no such exposure, or if the two are of different programs or the same.
    RuleError
        If there is no such rule, or if the rules are not acceptable.
    """
    rule_set = load_rules(rules)
    first, second = subject_of(pool, exposure), subject_of(pool, other)
    _refuse(pool, first, second)
    second = Subject(second.filename, second.program, first.pool)
    wanted = rule_set.rules if rule is None else rules_named(rule_set, rule)
    asked = (Asked.of(first, rule_set), Asked.of(second, rule_set))
    both = list(holding(holding(solve(first.pool, rule_set), first.filename), second.filename))
    answers: list[PairAnswer] = []
    for one in wanted:
        files = tuple(found.file_name for found in both if found.rule == one.name)
        answers.append(_answer(one, asked, (first.filename, second.filename), files))
    far = {answer: _far(one, asked) for one, answer in zip(wanted, answers, strict=True)}
    answers.sort(key=lambda answer: (not answer.together, far[answer], answer.distance))
    return Together(first.filename, second.filename, tuple(answers))


def _refuse(pool: Pool, first: Subject, second: Subject) -> None:
    where = Location(pool.name, column="filename")
    if first.filename == second.filename:
        raise PoolError(Problem(f"{first.filename} is named twice", where, "two exposures"))
    if first.program != second.program:
        programs = f"{first.program} and {second.program}"
        what = f"the exposures are of different programs, {programs}, which never meet"
        raise PoolError(Problem(what, where, "exposures of one program"))


def _far(rule: Rule, asked: tuple[Asked, Asked]) -> int:
    return sum(one.distance(rule)[0] for one in asked)


def _answer(
    rule: Rule, asked: tuple[Asked, Asked], names: tuple[str, str], files: tuple[str, ...]
) -> PairAnswer:
    answers = [one.answer(rule) for one in asked]
    refused: list[tuple[str, ClauseAnswer]] = [
        (name, refusal)
        for name, answer in zip(names, answers, strict=True)
        for refusal in answer.refusals
        if refusal.clause != CANDIDATE
    ]
    scopes = [set(one.scoped.entry_scopes[one.solved(rule)].tolist()) for one in asked]
    return PairAnswer(
        rule=rule.name,
        variant=rule.variant,
        roles=(answers[0].role, answers[1].role),
        together=files,
        refused=tuple(refused),
        keys=tuple(_different(rule, asked)),
        share_scope=bool(scopes[0] & scopes[1]),
    )


def _different(rule: Rule, asked: tuple[Asked, Asked]) -> Iterator[KeyAnswer]:
    for name, key in rule.keys:
        offers = [one.scoped.offers(rule, key) for one in asked]
        values = [
            {offer.values[code] if code >= 0 else None for code in offer.offered.tolist()}
            for offer in offers
        ]
        if None in values[0] | values[1] or values[0] & values[1]:
            continue
        first, second = (" or ".join(sorted(filter(None, own))) for own in values)
        yield KeyAnswer(name, first, second)

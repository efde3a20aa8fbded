"""Why exposures of a candidate are not in its associations: once per rule and candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.association import Association
from asnsolve.explanations.answers import ClauseAnswer
from asnsolve.explanations.prose import refusal_text
from asnsolve.expr.fold import attributes
from asnsolve.interpret.to_text import brief_text
from asnsolve.report.page.text_table import TextTable, ranges
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.arrays import Ints, combine
from asnsolve.solvers.judgement import Judgement, judge, values_of
from asnsolve.solvers.refusals import unmet_by
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import Scopes
from asnsolve.solvers.task import Task

Where = tuple[int, str, str]
"""Rule of an association, as an index into the rules, its program and its id."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """What rules say of the exposures of candidates.

    Parameters
    ----------
    rules : list of dict
        For each rule that made an association its name and the names of its keys.
    candidates : list of dict
        For each rule and candidate in turn: the rule; the exposures that clauses refuse, grouped
        by the sentence that says why; the exposures that all clauses let in, grouped by the values
        that they have for the keys.
    of_association : list of int
        Which of `candidates` each association belongs to; -1 where that is not known.
    signatures : list of list of int
        For each association the values that its members share, in the order of the keys.
    near : list of list of (int, int)
        For each association the keys that compare numbers, with the range that its members have.
    """

    rules: list[dict[str, Any]]
    candidates: list[dict[str, Any]]
    of_association: list[int]
    signatures: list[list[int]]
    near: list[list[tuple[int, int]]]


def refusals_of(
    task: Task,
    associations: Iterable[Association],
    place_of_row: Ints,
    texts: TextTable,
) -> Refusals:
    """Find out why exposures of the candidates of associations are not in them.

    Parameters
    ----------
    task : Task
        The entries and the rules that were solved.
    associations : iterable of Association
        The associations, found in this task.
    place_of_row : ndarray of int64, shape (n,)
        Place on the page of each row of the pool.
    texts : TextTable
        The texts of the page.

    Returns
    -------
    Refusals
    """
    made = [*associations]
    scopes = _scopes_by_name(task.scoped)
    codes = _codes(task.rules)
    where = [_where(one, codes) for one in made]
    numbers: dict[Where, int] = {}
    candidates: list[dict[str, Any]] = []
    wanted: dict[int, list[Where]] = defaultdict(list)
    for one in dict.fromkeys(where):
        if one is not None and one[1:] in scopes:
            wanted[one[0]].append(one)
    # Judging evaluates every rule again; a page without associations does not need it.
    judgements = judge(task) if wanted else ()
    rules = []
    for number, (code, places) in enumerate(sorted(wanted.items())):
        judgement = judgements[code]
        keys = [clause for clause, _ in judgement.rule.keys]
        rules.append(
            {"name": texts.number(judgement.rule.name), "keys": [*map(texts.number, keys)]}
        )
        solved = {one: [s for s in scopes[one[1:]] if judgement.solved_in[s]] for one in places}
        judged = _Judged.of(judgement, task.scoped, [s for one in places for s in solved[one]])
        for one in places:
            numbers[one] = len(candidates)
            found = judged.data(solved[one], place_of_row, texts)
            candidates.append({"rule": number, **found})
    return Refusals(
        rules,
        candidates,
        [-1 if one is None else numbers.get(one, -1) for one in where],
        *_signatures(made, where, task.rules, texts),
    )


def _signatures(
    associations: Iterable[Association],
    where: Iterable[Where | None],
    rules: RuleSet,
    texts: TextTable,
) -> tuple[list[list[int]], list[list[tuple[int, int]]]]:
    """Return the values that members share, and the ranges of numbers that are compared."""
    signatures: list[list[int]] = []
    near: list[list[tuple[int, int]]] = []
    for association, one in zip(associations, where, strict=True):
        signature = dict(association.signature)
        names = [] if one is None else [name for name, _ in rules[one[0]].measured_keys]
        spans = [(name, signature.pop(name)) for name in names]
        signatures.append([*map(texts.number, signature.values())])
        near.append([(texts.number(name), texts.number(span)) for name, span in spans])
    return signatures, near


def _codes(rules: RuleSet) -> Mapping[tuple[str, ...], int]:
    """Return the place of each rule by its name and keys, which tell variants apart."""
    codes: dict[tuple[str, ...], int] = {}
    for code, rule in enumerate(rules):
        keys = (clause.name for clause in rule.all_clauses if clause.key is not None)
        codes.setdefault((rule.name, *keys), code)
    return codes


def _where(association: Association, codes: Mapping[tuple[str, ...], int]) -> Where | None:
    """Say where an association was found; None if its rule is not known."""
    code = codes.get((association.rule, *association.signature))
    return None if code is None else (code, association.program, association.asn_id)


def _scopes_by_name(scoped: ScopedPool) -> Mapping[tuple[str, str], list[int]]:
    """Find the scopes of each program and id; discovered associations share an id."""
    scopes: Scopes = scoped.scopes
    programs = scoped.pool.program_texts()
    first = np.searchsorted(scopes.entry_scopes, np.arange(len(scopes)))
    codes = scoped.pool.codes("program")[scopes.entry_rows[first]].tolist()
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for scope, code in enumerate(codes):
        pair = int(scopes.candidate_codes[scope])
        asn_id = scoped.pool.profile.names.discovered if pair < 0 else scopes.candidates[pair][0]
        named = dict.fromkeys(programs) if scopes[scope].is_pool else [programs[code]]
        for program in named:
            found[program, asn_id].append(scope)
    return found


@dataclass(frozen=True, slots=True)
class _Judged:
    """Entries of some scopes, judged by one rule; k of them.

    Parameters
    ----------
    rule : Rule
        The rule.
    entries : ScopedPool
        The entries, scope by scope.
    label : ndarray of int64, shape (k,)
        The sentence that refuses an entry, or -2 minus the offers of an entry that is let in.
    sentences : list of str
        Why entries are refused.
    offers : list of tuple of (str or None)
        Values of each key; None where it is left open.
    """

    rule: Rule
    entries: ScopedPool
    label: Ints
    sentences: Sequence[str]
    offers: Sequence[tuple[str | None, ...]]

    @classmethod
    def of(cls, judgement: Judgement, scoped: ScopedPool, scopes: Sequence[int]) -> _Judged:
        entries = scoped.at(np.flatnonzero(np.isin(scoped.scopes.entry_scopes, scopes)))
        passing = judgement.passing[entries.profiles.labels[entries.entries]]
        is_refused = ~passing.all(axis=1)
        label = np.full(len(entries), -1, dtype=np.int64)
        sentences: dict[str, int] = {}
        # The first clause that does not let an entry in.
        first = np.argmin(passing, axis=1)
        for clause in np.unique(first[is_refused]).tolist():
            refused = np.flatnonzero(is_refused & (first == clause))
            for alike, sentence in _sentences(judgement, entries, clause, refused):
                label[alike] = sentences.setdefault(sentence, len(sentences))
        let_in = np.flatnonzero(~is_refused)
        offers: list[tuple[str | None, ...]] = []
        for alike, offered in _offers(judgement.rule, entries, let_in):
            label[alike] = -2 - len(offers)
            offers.append(offered)
        return cls(judgement.rule, entries, label, [*sentences], offers)

    def data(self, scopes: Sequence[int], place_of_row: Ints, texts: TextTable) -> dict[str, Any]:
        """Lay out what the rule says of the exposures of some scopes."""
        inside = np.flatnonzero(np.isin(self.entries.entry_scopes, scopes))
        places = place_of_row[self.entries.rows[inside]]
        by_label: dict[int, list[int]] = defaultdict(list)
        for label, place in sorted(zip(self.label[inside].tolist(), places.tolist(), strict=True)):
            by_label[label].append(place)
        refused = [
            [texts.number(self.sentences[label]), ranges(found)]
            for label, found in by_label.items()
            if label >= 0
        ]
        taken = [
            [[texts.number(value) for value in self.offers[-2 - label]], ranges(found)]
            for label, found in sorted(by_label.items(), reverse=True)
            if label < 0
        ]
        return {"refused": refused, "taken": taken}


def _sentences(
    judgement: Judgement, entries: ScopedPool, clause: int, refused: Ints
) -> Iterator[tuple[Ints, str]]:
    """Say why a clause refuses entries, once for those of the same values."""
    demand = judgement.rule.demands[clause][1]
    looked_at = sorted(attributes(demand))
    codes = [entries.codes(name)[refused] + 1 for name in looked_at]
    for alike in _alike(codes, refused):
        place = int(alike[0])
        name, _, _ = [*judgement.clauses(entries, place)][clause]
        lacking = unmet_by(demand, entries, place)
        values = values_of(entries, place, attributes(lacking))
        answer = ClauseAnswer(name, False, values, brief_text(demand), brief_text(lacking))
        yield alike, refusal_text(answer)


def _offers(
    rule: Rule, entries: ScopedPool, let_in: Ints
) -> Iterator[tuple[Ints, tuple[str | None, ...]]]:
    """Group entries by what they offer for the keys of a rule."""
    offers = [entries.offers(rule, key) for _, key in rule.keys]
    for alike in _alike([one.offered[let_in] + 1 for one in offers], let_in):
        codes = [int(one.offered[alike[0]]) for one in offers]
        yield (
            alike,
            tuple(
                None if code < 0 else one.values[code]
                for one, code in zip(offers, codes, strict=True)
            ),
        )


def _alike(codes: Sequence[NDArray[np.signedinteger[Any]]], positions: Ints) -> Iterator[Ints]:
    """Split positions, shape (k,), by several columns of codes, each of shape (k,)."""
    labels = combine([np.zeros(len(positions), dtype=np.int64), *codes])
    order = np.argsort(labels, kind="stable")
    bounds = np.flatnonzero(np.diff(labels[order])) + 1
    yield from (part for part in np.split(positions[order], bounds) if len(part))

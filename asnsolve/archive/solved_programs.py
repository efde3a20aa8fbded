"""Solved programs: the lines of their associations, and what else was found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from asnsolve.archive.checksums import CHECKSUM, UNCHECKED, checked_lines, taken_apart
from asnsolve.archive.partition import ASSOCIATION_SCHEMA, problem_from_data
from asnsolve.archive.parts import named_programs
from asnsolve.associations.solution import Solution
from asnsolve.errors import Problem
from asnsolve.pool.table import Pool
from asnsolve.pool.texts import Texts
from asnsolve.profiles import default_profile
from asnsolve.solvers.refusals import Orphan, Refusal

LINE_SCHEMA: Final = pa.schema([("file_name", pa.string()), ("line", pa.string())])
"""Columns of tables of lines: the file name of an association, and its line in a container, which
has a checksum."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted besides the associations.

    Parameters
    ----------
    reasons : bool
        Whether to find out why orphans are in no association.
    same_names : bool
        Whether to look for products that share a name.
    discovered : bool
        Whether only associations are wanted that no candidate names.
    """

    reasons: bool = False
    same_names: bool = False
    discovered: bool = False


NOTHING_ELSE: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a program besides associations.

    Parameters
    ----------
    outside : tuple of str
        File names of the orphans.
    orphans : tuple of Orphan
        The orphans with the reasons, if these are wanted.
    problems : tuple of Problem
        Problems of solving.
    same_names : tuple of Problem
        Products that share a name but not their members, if they are wanted.
    renamed : tuple of Problem
        Notes on products that were given different names.
    """

    outside: tuple[str, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    problems: tuple[Problem, ...] = ()
    same_names: tuple[Problem, ...] = ()
    renamed: tuple[Problem, ...] = ()

    def __reduce__(self) -> tuple[type[Findings], tuple[tuple[object, ...], ...]]:
        """Pickle faster than by default: processes exchange many of these."""
        found = (self.outside, self.orphans, self.problems, self.same_names, self.renamed)
        return Findings, found


NOTHING: Final = Findings()
"""What is found in most programs."""

_PROBLEMS: Final = ("problems", "same_names", "renamed")


def findings_data(found: Mapping[str, Findings]) -> dict[str, Any]:
    """Lay out findings for JSON.

    Parameters
    ----------
    found : mapping of str to Findings
        Findings by any key.

    Returns
    -------
    dict
        Each kind of findings by these keys. Thousands of orphans have few reasons, which are listed
        once.
    """
    reasons: dict[Orphan, int] = {}
    orphans = {
        key: [
            (one.filename, reasons.setdefault(replace(one, filename=""), len(reasons)))
            for one in findings.orphans
        ]
        for key, findings in found.items()
        if findings.orphans
    }
    others = {
        name: {key: getattr(one, name) for key, one in found.items() if getattr(one, name)}
        for name in ("outside", *_PROBLEMS)
    }
    return {"reasons": [*reasons], "orphans": orphans, **others}


def findings_of_data(data: Mapping[str, Any]) -> dict[str, Findings]:
    """Read what `findings_data` returned, after a journey through JSON.

    Parameters
    ----------
    data : mapping
        The data.

    Returns
    -------
    dict of str to Findings
        Findings by key, without those of which there are none.
    """
    reasons = [_reason(one) for one in data["reasons"]]
    orphans: Mapping[str, list[tuple[str, int]]] = data["orphans"]
    outside: Mapping[str, list[str]] = data["outside"]
    problems = [
        {key: tuple(map(problem_from_data, some)) for key, some in data[name].items()}
        for name in _PROBLEMS
    ]
    return {
        key: Findings(
            tuple(outside.get(key, ())),
            tuple(Orphan(name, *reasons[number]) for name, number in orphans.get(key, ())),
            *(of_kind.get(key, ()) for of_kind in problems),
        )
        for key in {}.fromkeys(chain(outside, orphans, *problems))
    }


def _reason(data: Mapping[str, Any]) -> tuple[Any, ...]:
    """Read all fields of an orphan but its file name."""
    refusal = data["refusal"]
    if refusal is not None:
        values = tuple((name, value) for name, value in refusal["values"])
        refusal = Refusal(**{**refusal, "values": values})
    read = Orphan(**{**data, "refusal": refusal, "attached_by": tuple(data["attached_by"])})
    return tuple(getattr(read, field.name) for field in fields(read) if field.name != "filename")


@dataclass(frozen=True, slots=True)
class SolvedPrograms:
    """Some solved programs.

    Parameters
    ----------
    lines : pyarrow.Table
        The lines of their associations, program by program, with the columns of `LINE_SCHEMA`.
    counts : mapping of str to int
        Number of associations of each program, in the order of the lines.
    findings : mapping of str to Findings
        What else was found in each program.
    """

    lines: pa.Table
    counts: Mapping[str, int]
    findings: Mapping[str, Findings]

    def spans(self) -> dict[str, tuple[int, int, int]]:
        """Return where the lines of each program are.

        Returns
        -------
        dict of str to (int, int, int)
            The first row of the program, the one after its last, and the number of bytes of its
            lines; zeros for programs without associations.
        """
        lengths = [Texts(chunk).lengths() for chunk in self.lines["line"].chunks]
        # Bytes before each row and after the last one, shape (rows + 1,).
        sizes = np.cumsum(np.concatenate([[0], *lengths]), dtype=np.int64)
        spans = dict.fromkeys(self.findings, (0, 0, 0))
        start = 0
        for program, count in self.counts.items():
            stop = start + count
            spans[program] = (start, stop, int(sizes[stop] - sizes[start]))
            start = stop
        return spans


def associations_of_lines(lines: pa.Table) -> Iterator[pa.Table]:
    """Make tables of associations of lines.

    Parameters
    ----------
    lines : pyarrow.Table
        With the columns of `LINE_SCHEMA`.

    Yields
    ------
    pyarrow.Table
        With the columns of `ASSOCIATION_SCHEMA` and their checksums.
    """
    for batch in lines.to_batches():
        names, texts = (Texts(column) for column in batch.columns)
        associations, sums = taken_apart(names, texts)
        columns = [names.array, associations.array, sums.array]
        yield pa.table(columns, names=[*ASSOCIATION_SCHEMA.names, CHECKSUM])


def solved_programs(pool: Pool, solution: Solution, wanted: Wanted) -> SolvedPrograms:
    """Lay out a solution program by program.

    Parameters
    ----------
    pool : Pool
        The exposures. No file name is in two programs.
    solution : Solution
        Their solution.
    wanted : Wanted
        What is wanted.

    Returns
    -------
    SolvedPrograms
    """
    chosen = solution.discovered() if wanted.discovered else solution
    tables = [
        pa.table([names.array, checked_lines(lines).array], schema=LINE_SCHEMA)
        for names, lines in chosen.named_contained(UNCHECKED)
    ]
    lines, counts = _by_program(pa.concat_tables([LINE_SCHEMA.empty_table(), *tables]))
    numbers, programs = named_programs(pool)
    found: dict[str, dict[str, list[Any]]] = {
        programs[number]: defaultdict(list) for number in np.unique(numbers).tolist()
    }
    program_of = np.zeros(len(pool.values("filename")), dtype=np.int64)
    program_of[pool.codes("filename")] = numbers
    place = {name: code for code, name in enumerate(pool.values("filename"))}
    for name in chosen.outside:
        found[programs[program_of[place[name]]]]["outside"].append(name)
    for orphan in chosen.orphans if wanted.reasons else ():
        found[programs[program_of[place[orphan.filename]]]]["orphans"].append(orphan)
    # The problems of the pool come first. A candidate that no exposure names is none of a program.
    for problem in chosen.problems[len(pool.problems) :]:
        if problem.location.program is not None:
            found[problem.location.program]["problems"].append(problem)
    for note in chosen.renamed:
        found[_named_in(note, found)]["renamed"].append(note)
    for problem in chosen.same_names if wanted.same_names else ():
        found[_named_in(problem, found)]["same_names"].append(problem)
    findings = {
        program: Findings(**{name: tuple(values) for name, values in kinds.items()})
        for program, kinds in found.items()
    }
    return SolvedPrograms(lines, counts, findings)


def end_to_end(parts: Sequence[SolvedPrograms]) -> SolvedPrograms:
    """Put solved programs together.

    Parameters
    ----------
    parts : sequence of SolvedPrograms
        No two have a program in common.

    Returns
    -------
    SolvedPrograms
    """
    if len(parts) == 1:
        return parts[0]
    lines, counts = _by_program(
        pa.concat_tables([LINE_SCHEMA.empty_table(), *(part.lines for part in parts)])
    )
    findings = {name: found for part in parts for name, found in part.findings.items()}
    return SolvedPrograms(lines, counts, findings)


def _by_program(lines: pa.Table) -> tuple[pa.Table, dict[str, int]]:
    """Sort lines by program, stably, and count those of each program."""
    start = default_profile().names.program_start
    found = pc.extract_regex(lines["file_name"], start).combine_chunks()
    programs = found.field("program").dictionary_encode()
    names = programs.dictionary.to_pylist()
    codes = programs.indices.to_numpy()
    order = sorted(range(len(names)), key=names.__getitem__)
    # Rank of each row's program, shape (rows,); associations mostly come sorted by it.
    ranks = np.argsort(order).astype(np.int64)[codes] if names else np.zeros(0, np.int64)
    if (np.diff(ranks) < 0).any():
        lines = lines.take(pa.array(np.argsort(ranks, kind="stable")))
    sizes = np.bincount(ranks, minlength=len(names)).tolist()
    return lines, {names[code]: size for code, size in zip(order, sizes, strict=True)}


def _named_in(note: Problem, programs: Mapping[str, object]) -> str:
    """Return the program of the first product or file that a note names."""
    names = rf"\b{re.escape(default_profile().names.prefix)}(\d+)"
    for found in re.finditer(names, f"{note.what} {note.advice}"):
        digits = found[1]
        # In the name of a file, observation and visit follow, with three digits each.
        for program in (digits, digits[:-6]):
            if program in programs:
                return program
    return min(programs)

"""What fuzzing found, for people and for programs."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from asnsolve.phrases import count_text
from asnsolve.pool.columns import MANDATORY

if TYPE_CHECKING:
    from asnsolve.pool.table import Pool
    from asnsolve.testing.fuzzing import Failure, FuzzReport

_NULL: Final = "NULL"


def pool_text(pool: Pool) -> str:
    """Write a pool as text, without the columns that hold nothing.

    Parameters
    ----------
    pool : Pool
        The exposures.

    Returns
    -------
    str
        One line of names and one line per exposure, with cells separated by ``|``.
    """
    columns = [name for name in pool.columns if name in MANDATORY or pool.values(name)]
    lines = [[name.upper() for name in columns]]
    lines += [[pool.value(row, name) or _NULL for name in columns] for row in range(len(pool))]
    return "".join(f"{'|'.join(cells)}\n" for cells in lines)


def repeat_command(report: FuzzReport, sources: Sequence[str], against: str | None) -> str:
    """Return the command that fuzzes again in the same way.

    Parameters
    ----------
    report : FuzzReport
        The report.
    sources : sequence of str
        The rules, as the command was given them.
    against : str or None
        The rules that these were compared with.

    Returns
    -------
    str
        The command, for a shell.
    """
    words = ["asnsolve", "fuzz", *sources]
    words += ["--examples", str(report.examples), "--seed", str(report.seed)]
    if against is not None:
        words += ["--against", against]
    else:
        words += [word for failure in report.failures for word in ("--law", failure.law)]
    return shlex.join(words)


def fuzz_lines(report: FuzzReport, rules: Iterable[str], command: str) -> Iterator[str]:
    """Write a report as text.

    Parameters
    ----------
    report : FuzzReport
        The report.
    rules : iterable of str
        Names of the rules, to say which had associations; with none, nothing is said of it.
    command : str
        The command that repeats it.

    Yields
    ------
    str
        Lines.
    """
    for failure in report.failures:
        yield f"Broken: {failure.law} ({failure.says})"
        yield f"  {failure.problem}"
        yield f"The smallest pool ({count_text(len(failure.pool), 'exposure')}):"
        yield pool_text(failure.pool)
    if report.failures:
        yield f"To repeat it: {command}"
    tried = "comparison" if report.laws == ("against",) else count_text(len(report.laws), "law")
    pools = count_text(report.pools, "random pool")
    yield f"{report.rules}: {tried} on {pools} (seed {report.seed}), {len(report.failures)} broken"
    names = list(dict.fromkeys(rules))
    if not names:
        return
    silent = [name for name in names if name not in report.fired]
    yield f"{len(names) - len(silent)} of {count_text(len(names), 'rule')} made associations"
    if silent:
        yield f"no pool gave an association of {', '.join(silent)}"


def fuzz_data(report: FuzzReport, command: str) -> dict[str, Any]:
    """Return a report for programs.

    Parameters
    ----------
    report : FuzzReport
        The report.
    command : str
        The command that repeats it.

    Returns
    -------
    dict
        What `asnsolve.report.to_json.to_json` takes.
    """
    return {
        "rules": report.rules,
        "laws": report.laws,
        "examples": report.examples,
        "pools": report.pools,
        "seed": report.seed,
        "failures": list(map(_failure_data, report.failures)),
        "fired": dict(sorted(report.fired.items())),
        "command": command,
    }


def _failure_data(failure: Failure) -> dict[str, Any]:
    return {
        "law": failure.law,
        "says": failure.says,
        "problem": failure.problem,
        "pool": pool_text(failure.pool),
    }

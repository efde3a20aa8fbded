"""The results of examples as text and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from asnsolve.differences.example_runs import ExampleResult


def examples_lines(results: Sequence[ExampleResult], *, show: bool) -> Iterator[str]:
    """Write the results for people.

    Parameters
    ----------
    results : sequence of ExampleResult
        The results.
    show : bool
        Whether to write all that was made, in the form in which examples expect it.

    Yields
    ------
    str
        A line each.
    """
    for result in results:
        yield f"{'passed' if result.passed else 'failed'}: {result.says}"
        if show:
            yield from (f"    {line}" for line in result.made)
            if result.orphans:
                yield f"    orphans: {' '.join(result.orphans)}"
            continue
        yield from (f"  - {line}" for line in result.missing)
        yield from (f"  + {line}" for line in result.unexpected)
        yield from (f"  - orphan {name}" for name in result.missing_orphans)
        yield from (f"  + orphan {name}" for name in result.unexpected_orphans)
    failed = sum(not result.passed for result in results)
    if failed and not show:
        yield "(- expected and not made, + made and not expected; --show lists all that is made)"
    plural = "" if len(results) == 1 else "s"
    yield f"{len(results)} example{plural}: {len(results) - failed} passed, {failed} failed"


def examples_data(results: Sequence[ExampleResult]) -> Mapping[str, object]:
    """Lay out the results for programs.

    Parameters
    ----------
    results : sequence of ExampleResult
        The results.

    Returns
    -------
    dict
        Counts, and each result with its differences.
    """
    failed = sum(not result.passed for result in results)
    return {
        "passed": len(results) - failed,
        "failed": failed,
        "examples": list(results),
    }

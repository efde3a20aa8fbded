"""Files that a solution writes itself: lines of containers, and the page of its report."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve import Solution, UsageError, solve
from asnsolve.associations.asn_files import contained_line
from tests.associations.small import stepped
from tests.solvers.rows import exposure, pool_of


def solution(*names: str) -> Solution:
    rows = [exposure(name, obs_num=str(at)) for at, name in enumerate(names, 1)]
    return solve(pool_of(*rows), stepped(), discover=False)


def test_lines_of_containers_end_with_a_closing_bracket_and_a_newline() -> None:
    found = solution("a", "b")
    whole = [contained_line(one) for one in found]
    assert len(whole) == 2
    assert all(line.endswith("]}]}\n") for line in whole)
    assert [line for part in found.contained() for line in part.list()] == whole
    named = [(names.list(), lines.list()) for names, lines in found.named_contained()]
    assert named == [([one.file_name for one in found], whole)]
    ends = [line for part in found.contained("}") for line in part.list()]
    assert ends == [line.removesuffix("\n") for line in whole]
    ((_, lines),) = found.named_contained("}")
    assert lines.list() == ends


def test_a_page_is_written_and_replaced_only_if_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    found = solution("a", "b")
    assert found.report(path) == path
    page = path.read_text(encoding="utf-8")
    assert "jw_a" in page
    assert found.report(path) == path
    path.write_text("other", encoding="utf-8")
    with pytest.raises(UsageError):
        found.report(path)
    assert path.read_text(encoding="utf-8") == "other"
    assert found.report(path, replace=True) == path
    assert path.read_text(encoding="utf-8") == page

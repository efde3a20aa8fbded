"""The checks of docstrings see what is missing."""

from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest

from tests.docs import docstrings

COMPLETE = '''
def scaled(values: NDArray[np.int64], factor: int) -> NDArray[np.int64]:
    """Scale values.

    Parameters
    ----------
    values : ndarray of int64, shape (n,)
        Values.
    factor : int
        Factor.

    Returns
    -------
    ndarray of int64, shape (n,)
        Scaled values.

    Raises
    ------
    ValueError
        If the factor is 0.
    """
    if not factor:
        raise ValueError("0")
    return values * factor
'''


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", None),
        ("factor : int\n        Factor.\n", "", "PR01"),
        ("factor : int\n", "divisor : int\n", "PR02"),
        ("factor : int\n", "factor\n", "PR04"),
        ("        Factor.\n", "", "PR07"),
        ("Returns\n    -------", "Notes\n    -----", "RT01"),
        ("Scaled values.", "Scaled values", "RT05"),
        ("ValueError\n        If", "KeyError\n        If", "RS01"),
        ("values : ndarray of int64, shape (n,)", "values : ndarray of int64", "AR01"),
        ("\n    ndarray of int64, shape (n,)", "\n    ndarray of int64", "AR01"),
        ("def scaled", "def _scaled", None),
    ],
)
def test_what_is_missing_is_reported(
    old: str, new: str, code: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = "from __future__ import annotations\nimport numpy as np\n"
    header += "from numpy.typing import NDArray\n"
    text = COMPLETE.replace(old, new) if old else COMPLETE
    assert (text == COMPLETE) == (not old)
    (tmp_path / "documented.py").write_text(header + text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(docstrings, "ROOT", tmp_path)
    monkeypatch.delitem(sys.modules, "documented", raising=False)
    invalidate_caches()
    import_module("documented")
    problems = docstrings.problems_of("documented")
    codes = {problem.split(": ")[1].split()[0] for problem in problems}
    assert code in codes if code is not None else not codes
    del sys.modules["documented"]

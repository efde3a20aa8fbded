"""Laws of plans: whatever is done to the text, it is written, refused, or told what it breaks."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve.errors import AsnsolveError
from asnsolve.from_files.request import Request
from asnsolve.plans.associations_of_plan import write_associations
from asnsolve.plans.plan_files import make_plan
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import write_files


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Return a plan of MRS spectra with a background, whose files have absolute names."""
    folder = tmp_path_factory.mktemp("rate")
    rows = simulate([Program(number=7, plans=(MODES["miri_mrs_background"].plan(dithers=1),))])
    write_files(rows, folder, "rate")
    make_plan(Request(files=(str(folder),), level=2), folder / "plan.toml")
    text = (folder / "plan.toml").read_text().replace('    "', f'    "{folder}/')
    return tuple(text.replace('["jw', f'["{folder}/jw').split("\n"))


EDITS = st.lists(
    st.tuples(
        st.sampled_from(("drop", "repeat", "swap", "spoil")),
        st.integers(0, 10_000),
        st.sampled_from(("", '"', "science", "[", "= 1", "_cal", "00002", "mirifushort", "\0")),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(edits=EDITS, force=st.booleans())
def test_no_edit_breaks_the_writing(
    lines: tuple[str, ...], edits: list[tuple[str, int, str]], force: bool
) -> None:
    text = list(lines)
    for kind, number, word in edits:
        at = number % len(text)
        match kind:
            case "drop":
                del text[at]
            case "repeat":
                text.insert(at, text[at])
            case "swap":
                other = number // 7 % len(text)
                text[at], text[other] = text[other], text[at]
            case "spoil":
                middle = len(text[at]) // 2
                text[at] = text[at][:middle] + word + text[at][middle:]
    with TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.toml"
        plan.write_text("\n".join(text))
        try:
            found = write_associations(plan, folder, force=force)
        except AsnsolveError as error:
            assert all(problem.what for problem in error.problems)
            assert list(Path(folder).iterdir()) == [plan]
        else:
            assert bool(found.written) == (force or not found.violations) or not len(
                found.associations
            )

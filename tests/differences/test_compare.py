"""Every kind of difference, and none where there is none."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve import Pool, solve
from asnsolve.archive.containers import parts_of, write_container
from asnsolve.cli.main import main
from asnsolve.differences.compare import MembersDiffer, NameDiffers, OnlyIn, diff
from asnsolve.differences.results import Result, read_results, results_of
from asnsolve.errors import AssociationError
from asnsolve.simulate import scaled, simulate

A = Result("00001", "Asn_A", "image3", "o001", "a", (("x", "science"), ("y", "background")))


def test_the_same_does_not_differ() -> None:
    others = [replace(A, product="b"), replace(A, asn_id="o002"), A]
    assert diff([A, *others], [*others[::-1], A]) == ()
    assert diff([], []) == ()


def test_what_one_has_alone() -> None:
    other = replace(A, asn_id="o002")
    assert diff([A, other], [other]) == (OnlyIn("first", A),)
    assert diff([other], [A, other]) == (OnlyIn("second", A),)
    assert (
        str(OnlyIn("first", A)) == "only in the first: image3 o001 of 00001 by Asn_A: a (2 members)"
    )
    assert str(OnlyIn("second", A)).startswith("only in the second: image3")


def test_members_and_roles() -> None:
    other = replace(A, members=(("x", "psf"), ("z", "science")))
    (found,) = diff([A], [other])
    assert found == MembersDiffer(
        A, other, (("y", "background"),), (("z", "science"),), (("x", "science", "psf"),)
    )
    assert str(found).splitlines() == [
        "members differ: image3 o001 of 00001 by Asn_A: a",
        "  only in the first: y as background",
        "  only in the second: z as science",
        "  other role: x is science, then psf",
    ]


def test_a_name() -> None:
    other = replace(A, product="b")
    assert diff([A], [other]) == (NameDiffers(A, other),)
    assert str(NameDiffers(A, other)) == ("name differs: image3 o001 of 00001 by Asn_A: a, then b")


def test_products_of_one_name_are_paired_by_what_they_share() -> None:
    one, two = (replace(A, members=((file, "science"), ("k", "science"))) for file in "pq")
    one_more = replace(one, members=(*one.members, ("r", "science")))
    (found,) = diff([one, two], [two, one_more])
    assert isinstance(found, MembersDiffer)
    assert found.new == (("r", "science"),)


_RESULTS = st.lists(
    st.builds(
        Result,
        program=st.just("00001"),
        rule=st.sampled_from(["Asn_A", "Asn_B"]),
        asn_type=st.just("image3"),
        asn_id=st.just("o001"),
        product=st.sampled_from("ab"),
        members=st.sets(st.tuples(st.sampled_from("xyz"), st.sampled_from(["science", "psf"])))
        .map(sorted)
        .map(tuple),
    ),
    max_size=4,
)


@given(_RESULTS, _RESULTS)
def test_every_result_is_accounted_for(first: list[Result], second: list[Result]) -> None:
    """A difference is empty only between equal sets, and none is lost or told twice."""
    found = diff(first, second)
    assert (found == ()) == (sorted(first) == sorted(second))
    told = [
        [d.first if isinstance(d, MembersDiffer | NameDiffers) else d.result]
        for d in found
        if not (isinstance(d, OnlyIn) and d.which == "second")
    ]
    assert len(told) <= len(first)
    shuffled = first[::-1]
    assert len(diff(shuffled, second)) == len(found)


def test_files_containers_and_directories_are_read(tmp_path: Path) -> None:
    solution = solve(Pool(simulate(scaled(120, seed=1))))
    held = sorted(results_of(solution))
    solution.write(tmp_path / "files")
    write_container(parts_of(solution), tmp_path / "contained" / "all.jsonl", "jsonl")
    for path in (tmp_path / "files", tmp_path / "contained", tmp_path / "contained" / "all.jsonl"):
        results, problems = read_results(path)
        assert (sorted(results), problems) == (held, ())
    one = next((tmp_path / "files").iterdir())
    assert len(read_results(one)[0]) == 1


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssociationError, match="does not exist"):
        read_results(tmp_path / "none")
    with pytest.raises(AssociationError, match="the directory holds neither"):
        read_results(tmp_path)
    (tmp_path / "bad_asn.json").write_text("{")
    (tmp_path / "bad.jsonl").write_text('{"file_name": 3}\n')
    results, problems = read_results(tmp_path)
    assert (results, len(problems)) == ((), 2)
    assert main(["diff", str(tmp_path), str(tmp_path)]) == 1
    assert "bad_asn.json, row 1" in capsys.readouterr().out


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pool = Pool(simulate(scaled(60, seed=1)))
    rows = list(range(len(pool)))
    random.Random(1).shuffle(rows)
    solve(pool).write(tmp_path / "a")
    solve(pool.take(rows)).write(tmp_path / "b")
    solve(pool.take(rows[5:])).write(tmp_path / "c")
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    assert capsys.readouterr().out.endswith(", 0 differences\n")
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "c")]) == 1
    assert "only in the first: " in capsys.readouterr().out
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "c"), "--json"]) == 1
    assert '"kind": "only in the first"' in capsys.readouterr().out

"""Every kind of difference, and none where there is none."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve import Pool, solve
from asnsolve.archive.write_containers import parts_of, write_container
from asnsolve.associations.json_fields import to_dict
from asnsolve.cli.main import main
from asnsolve.differences.compare import MembersDiffer, NameDiffers, OnlyIn, diff
from asnsolve.differences.results import Result, read_results, results_of
from asnsolve.errors import AssociationError
from asnsolve.simulate import scaled, simulate
from tests.associations.examples import association

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


def test_other_fields_of_the_same_members() -> None:
    other = replace(A, rule="Asn_B", asn_id="c1000")
    (found,) = diff([A], [other])
    assert found == NameDiffers(A, other)
    assert found.fields == (("rule", "Asn_A", "Asn_B"), ("asn_id", "o001", "c1000"))
    assert str(found) == (
        "rule, id differ: image3 o001 of 00001 by Asn_A: a, then image3 c1000 of 00001 by Asn_B: a"
    )
    (found,) = diff([A], [replace(A, asn_type="spec3")])
    assert str(found).startswith("type differs: image3 o001 of 00001 by Asn_A: a, then spec3")


def test_a_renamed_product_with_other_members_is_one_difference() -> None:
    files = [(file, "science") for file in "wxyz"]
    first = replace(A, members=tuple(files[:3]))
    other = replace(A, product="b", members=tuple(files))
    (found,) = diff([first], [other])
    assert isinstance(found, MembersDiffer)
    assert str(found).splitlines() == [
        "members differ: image3 o001 of 00001 by Asn_A: a, then b",
        "  only in the second: z as science",
    ]
    # With half of the members in common, nothing says that it is the same product.
    assert len(diff([replace(A, members=tuple(files[:2]))], [other])) == 2


def test_of_the_same_members_the_closest_fields_are_paired() -> None:
    by_b = replace(A, rule="Asn_B")
    renamed = replace(A, product="b")
    assert diff([A, by_b], [replace(by_b, product="b"), renamed]) == (
        NameDiffers(A, renamed),
        NameDiffers(by_b, replace(by_b, product="b")),
    )


def written(data: Mapping[str, object], path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(data))
    return path


def test_what_others_write_differently_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = to_dict(association())
    theirs = json.loads(json.dumps(ours)) | {
        "asn_rule": f"candidate_{ours['asn_rule']}",
        "asn_pool": "other",
        "version_id": "v1",
        "code_version": "3.0.0",
    }
    (product,) = theirs["products"]
    product["members"] = [
        member | {"exptype": member["exptype"].upper()} for member in product["members"][::-1]
    ]
    name = "jw00009-o001_image3_00001_asn.json"
    first = written(ours, tmp_path / "ours" / name)
    second = written(theirs, tmp_path / "theirs" / "free.json")
    discovered = written(
        theirs | {"asn_rule": f"discover_{ours['asn_rule']}"}, tmp_path / "more" / name
    )
    for other in (second, second.parent, discovered):
        assert main(["diff", str(first), str(other)]) == 0
        assert capsys.readouterr().out.endswith("1 product and 1, 0 differences\n")


def test_what_is_not_valid_is_compared_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {"products": [{"members": [{"expname": "a.fits"}, {"exptype": "psf"}, 3]}, None]}
    file = written(data, tmp_path / "a_asn.json")
    assert main(["diff", str(file), str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1 product and 1, 0 differences"
    assert lines[0].startswith(f"compared, though not valid: {file}: ")
    (result,) = read_results(file).results
    assert str(result) == "no type no id of no program by no rule: no name"
    assert result.members == (("a.fits", ""),)
    none = written({"products": {}}, tmp_path / "b_asn.json")
    assert main(["diff", str(none), str(none)]) == 1
    assert capsys.readouterr().out.startswith(f"not compared: {none}: ")


def test_many_products_are_compared_quickly() -> None:
    members = [((f"f{n}", "science"), (f"g{n}", "science")) for n in range(20_000)]
    first = [replace(A, product=f"a{n}", members=pair) for n, pair in enumerate(members)]
    second = [replace(result, product=f"b{result.product}") for result in first]
    assert len(diff(first, second)) == len(first)


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
        read = read_results(path)
        assert (sorted(read.results), read.invalid, read.unread) == (held, (), ())
    one = next((tmp_path / "files").iterdir())
    assert len(read_results(one).results) == 1


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssociationError, match="does not exist"):
        read_results(tmp_path / "none")
    with pytest.raises(AssociationError, match="the directory holds neither"):
        read_results(tmp_path)
    (tmp_path / "bad_asn.json").write_text("{")
    (tmp_path / "bad.jsonl").write_text('{"file_name": 3}\n')
    read = read_results(tmp_path)
    assert (read.results, read.invalid, len(read.unread)) == ((), (), 2)
    assert main(["diff", str(tmp_path), str(tmp_path)]) == 1
    assert "bad_asn.json, line 1" in capsys.readouterr().out


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

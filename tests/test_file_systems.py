"""URLs are told from paths, and file systems that do not answer are given up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from asnsolve import PoolError, file_systems
from asnsolve.file_systems import (
    Url,
    delete_object,
    files_below,
    in_threads,
    is_object,
    object_content,
    path_or_url,
    url_errors,
    write_object,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s3://bucket/pool/", Url("s3://bucket/pool/")),
        ("memory://x", Url("memory://x")),
        ("pool.csv", Path("pool.csv")),
        ("c:/pool.csv", Path("c:/pool.csv")),
        ("a/b://c", Path("a/b://c")),
        ("file:///a%20b/pool.csv", Path("/a b/pool.csv")),
        (Path("s3://bucket"), Path("s3:/bucket")),
        (Url("s3://bucket"), Url("s3://bucket")),
    ],
)
def test_urls_are_told_from_paths(name: str | Path | Url, expected: Path | Url) -> None:
    assert path_or_url(name) == expected


@pytest.mark.parametrize(
    ("url", "name", "inside"),
    [
        ("s3://bucket/a/pool.parquet", "pool.parquet", "s3://bucket/a/pool.parquet/x"),
        ("s3://bucket/a%20b/?region=x", "a b", "s3://bucket/a%20b/x?region=x"),
        ("s3://bucket", "bucket", "s3://bucket/x"),
    ],
)
def test_urls_have_names_and_directories(url: str, name: str, inside: str) -> None:
    assert Url(url).name == name
    assert str(Url(url) / "x") == inside


def test_other_file_systems_are_those_of_fsspec() -> None:
    pytest.importorskip("fsspec")
    directory = Url("memory://of_this_test/some")
    assert files_below(directory) == {}
    write_object(directory / "deep/b", b"123")
    write_object(directory / "a", b"")
    assert files_below(directory) == {"a": 0, "deep/b": 3}
    assert object_content(directory / "deep/b") == b"123"
    assert is_object(directory / "a")
    assert not is_object(directory)
    delete_object(directory / "a")
    assert not is_object(directory / "a")


def test_tasks_are_done_in_order_and_taken_a_few_at_a_time() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(1_000):
            taken.append(number)
            yield number

    results = in_threads(lambda number: 2 * number, tasks())
    assert next(results) == 0
    assert len(taken) < 200
    assert [*results] == [*range(2, 2_000, 2)]


def test_a_store_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_systems, "REQUEST_SECONDS", 1)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        url = Url(f"s3://bucket/pool?scheme=http&endpoint_override={address}")
        with (
            pytest.raises(PoolError, match="the store does not answer"),
            url_errors(PoolError, url),
        ):
            files_below(url)


@pytest.mark.parametrize(
    ("error", "what", "is_advised"),
    [
        (
            "ACCESS_DENIED during HeadObject operation: No body.",
            "access is denied (No body.)",
            True,
        ),
        ("INTERNAL_FAILURE during X operation:", "internal failure", True),
        (
            "NO_SUCH_BUCKET during X operation: Y (Request ID: Z)",
            "there is no such bucket (Y)",
            False,
        ),
    ],
)
def test_errors_of_a_store_are_told_in_words(error: str, what: str, is_advised: bool) -> None:
    with pytest.raises(PoolError) as caught, url_errors(PoolError, Url("s3://bucket/pool")):
        raise OSError(f"When listing objects: AWS Error {error}")
    (problem,) = caught.value.problems
    assert problem.what == f"cannot be read: {what}"
    assert ("AWS_ACCESS_KEY_ID" in problem.advice) == is_advised

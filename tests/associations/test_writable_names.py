"""Names that no file can have."""

from __future__ import annotations

import pytest

from asnsolve.associations.writable_names import name_problem


@pytest.mark.parametrize(
    "name", ["jw00001-o001_image3_00001_asn.json", "a", "é" * 127, "a b", "...", "a" * 255]
)
def test_a_name_of_a_file_is_no_problem(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "'': is not a file name; expected a name without directory"),
        ("..", "..: is not a file name; expected a name without directory"),
        ("a/b", "a/b: is not a file name; expected a name without directory"),
        ("a\nb", r"'a\nb': is not a file name; expected a name without control characters"),
        ("a\x1b[0m", r"'a\x1b[0m': is not a file name; expected a name without control characters"),
        (
            "\ud800",
            r"'\ud800': is not a file name; expected characters that the file system can hold",
        ),
        # Long names are shortened.
        (
            "é" * 128,
            f"{'é' * 80}...: is not written: the name of the file has 256 bytes; expected at most "
            "255. Shorten the program or the id, or write a container.",
        ),
        (
            f"{'x' * 79}/",
            f"{'x' * 79}/: is not a file name; expected a name without directory",
        ),
        (
            f"{'x' * 80}/",
            f"{'x' * 80}...: is not a file name; expected a name without directory",
        ),
    ],
)
def test_a_name_that_no_file_can_have_is_a_problem(name: str, message: str) -> None:
    assert str(name_problem(name)) == message


def test_the_message_shows_the_start_of_a_long_name_and_the_rule() -> None:
    text = str(name_problem("x" * 300, "Asn_Lv3Image"))
    assert text.startswith("x" * 80 + "..., rule Asn_Lv3Image: is not written")

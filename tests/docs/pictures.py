"""Draw the pictures of pages anew: ``python -m tests.docs.pictures PAGE...``.

A comment in front of a picture is the command that draws it, to which ``-o FILE`` is added:
``<!-- picture of: asnsolve graph ... -->``.
"""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from asnsolve.cli.main import main as asnsolve

__all__ = ["Picture", "draw", "labels", "pictures"]

_PICTURE = re.compile(
    r"^<!-- picture of: asnsolve (?P<command>.+?) -->\n+!\[[^\]]*\]\((?P<file>[^)]+\.svg)\)",
    re.MULTILINE,
)
_LABEL = re.compile(r"<text [^>]*>([^<]*)</text>")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page: its file, and the arguments of asnsolve that draw it."""

    file: Path
    arguments: tuple[str, ...]


def pictures(page: Path) -> Iterator[Picture]:
    """Yield the pictures of a page that asnsolve draws."""
    for found in _PICTURE.finditer(page.read_text("utf-8")):
        yield Picture(page.parent / found["file"], tuple(shlex.split(found["command"])))


def draw(picture: Picture, file: Path) -> None:
    """Draw a picture into a file."""
    with redirect_stdout(StringIO()):
        status = asnsolve([*picture.arguments, "-o", str(file), "--replace"])
    assert status == 0, picture


def labels(file: Path) -> list[str]:
    """Return the texts of a picture. What lines look like depends on the version of matplotlib."""
    return sorted(_LABEL.findall(file.read_text("utf-8")))


def main() -> None:
    """Draw the pictures of some pages anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, nargs="+")
    for page in parser.parse_args().pages:
        for picture in pictures(page):
            draw(picture, picture.file)


if __name__ == "__main__":
    main()

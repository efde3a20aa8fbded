"""The drawings on pages are those that their commands draw."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT
from tests.docs.pictures import Picture, draw, labels, pictures

DRAWN = [picture for page in PAGES for picture in pictures(ROOT / page)]


@pytest.mark.parametrize("picture", DRAWN, ids=lambda picture: picture.file.name)
def test_a_picture_is_what_its_command_draws(picture: Picture, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.svg"
    draw(picture, drawn)
    assert labels(picture.file) == labels(drawn) != []


def test_every_drawing_has_its_command() -> None:
    shown = {
        (ROOT / page).parent / name
        for page in PAGES
        for name in re.findall(r"!\[[^\]]*\]\(([^)]+\.svg)\)", (ROOT / page).read_text("utf-8"))
    }
    assert shown == {picture.file for picture in DRAWN}

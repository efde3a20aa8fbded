"""Steps in English: each thing that a step can do is said."""

from __future__ import annotations

import pytest

from asnsolve.expr.build import is_set
from asnsolve.proofs.step_sentences import step_text
from asnsolve.rules.steps import (
    Attach,
    BestImprints,
    DirectImage,
    Nods,
    SpectraAsBackground,
    Step,
)

LAMP = is_set("lamp")
JOINS = "every exposure for which (lamp is set) joins as psf where a member has the same"
OWN = (
    "each science member has an association of its own, with the other science members as "
    "background"
)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (Attach(LAMP, "psf", ("program",)), f"{JOINS} program"),
        (Attach(LAMP, "psf", ("program", "visit")), f"{JOINS} program and visit"),
        (
            Attach(LAMP, "psf", ("program", "visit", "act_id")),
            f"{JOINS} program, visit and act_id",
        ),
        (Nods("other target"), f"{OWN}; those of another target are left out"),
        (Nods("pattern number"), f"{OWN}; backgrounds of its number in the pattern are left out"),
        (
            Nods("primary point"),
            f"{OWN}; those of its primary dither point or of another target are left out",
        ),
        (
            BestImprints(),
            "only imprints with the same bkgdtarg as the science member are kept; of these, only "
            "those of its target, if there are any; if there are then more imprints than science "
            "members, only those at their dither points, if there are any",
        ),
        (
            DirectImage(),
            "the image, catalog and segmentation map of one direct image replace all of them: the "
            "next one after the science, or else the first one by name; without a direct image "
            "there is no association",
        ),
        (
            DirectImage(prefer_long=True),
            "the image, catalog and segmentation map of one direct image replace all of them: the "
            "long-wavelength one, or else the first one by name; without a direct image there is "
            "no association",
        ),
        (
            SpectraAsBackground(),
            "if there are two science members or more, their extracted spectra are background "
            "members too",
        ),
    ],
    ids=str,
)
def test_a_step_says_what_it_does(step: Step, text: str) -> None:
    assert step_text(step) == text

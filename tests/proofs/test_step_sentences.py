"""Steps in English: each thing that a step can do is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from asnsolve.expr.build import is_set, same
from asnsolve.proofs.step_sentences import step_text
from asnsolve.rules.preferences import best, sky
from asnsolve.rules.steps import (
    Attach,
    BestImprints,
    DirectImage,
    Nods,
    Sky,
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
            best("psf"),
            "for each science member, the best one is kept of the psf members; the first by file "
            "name",
        ),
        (
            best(
                "background",
                prefer=[(same("detector"), same("band", "grating")), LAMP],
                nearest="expstart",
                at_most=2,
                note="match",
            ),
            "for each science member, the best 2 are kept of the background members: the same "
            "detector and the same band, else grating, then (lamp is set), then any others; the "
            "nearest in expstart; the first by file name; match in the file says how good each is",
        ),
        (
            replace(
                best("psf", prefer=same("detector"), nearest=sky("targ_ra", "targ_dec")),
                within=0.5,
                unit="deg",
                otherwise=False,
            ),
            "for each science member, the best one is kept of the psf members: the same detector, "
            "and no others; the nearest on the sky by targ_ra and targ_dec, within 0.5 deg; the "
            "first by file name",
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


def test_steps_that_differ_have_different_sentences() -> None:
    """Sentences are what tells whether the steps of two versions of a rule are the same."""
    step = best("psf", prefer=same("detector"), nearest="expstart", within=1)
    changes: tuple[dict[str, Any], ...] = (
        {"role": "background"},
        {"prefer": ()},
        {"prefer": ((same("detector"), same("band")),)},
        {"prefer": ((same("detector"),), (same("band"),))},
        {"prefer": ((same("detector", "band"),),)},
        {"nearest": "nints"},
        {"nearest": Sky("expstart", "nints")},
        {"at_most": 2},
        {"within": 2.0},
        {"within": None},
        {"unit": "d"},
        {"otherwise": False},
        {"note": "match"},
        {"note": "how"},
    )
    texts = [step_text(step), *(step_text(replace(step, **change)) for change in changes)]
    assert len({*texts}) == len(texts)

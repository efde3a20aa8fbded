"""What the functions for columns that measure refuse."""

from __future__ import annotations

from typing import Any

import astropy.units as u
import pytest

from asnsolve.errors import ExpressionError
from asnsolve.expr.build import above, linked, linked_sky, spread


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: linked(["expstart"], within=30 * u.day),  # type: ignore[arg-type]
            "a key that compares numbers has ['expstart'] in the place of a column; expected the "
            'name of one column, such as linked("expstart", within=30 * u.day)',
        ),
        (
            lambda: spread(("pa_v3", "roll"), at_most=1 * u.deg),  # type: ignore[arg-type]
            'expected the name of one column, such as spread("pa_v3", at_most=1 * u.deg)',
        ),
        (
            lambda: linked_sky("targ_ra", 3, within=1 * u.deg),  # type: ignore[arg-type]
            'expected the name of one column, such as linked_sky("targ_ra", "targ_dec", within=',
        ),
        (
            lambda: above("mag", 21 * u.ABmag),
            "'mag(AB)' is a logarithmic unit, in which differences mean something else; expected a "
            "linear unit, such as u.Jy, or u.mag",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        make()
    assert message in str(caught.value)


def test_magnitudes_without_a_zero_point_are_numbers() -> None:
    assert above("mag", 21 * u.mag).unit == "mag"

"""Positions as points of the unit sphere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from asnsolve.solvers.sky import degrees_apart, longest_chord, squared_chords, unit_vectors


@pytest.mark.parametrize(
    ("width", "unit", "chord"),
    [
        (0.0, "deg", 0.0),
        (60.0, "deg", 1.0),
        (3600.0, "arcmin", 1.0),
        (math.pi / 2, "rad", math.sqrt(2)),
        (179.0, "deg", 2 * math.sin(math.radians(89.5))),
        (180.0, "deg", math.inf),
        (360.0, "deg", math.inf),
    ],
)
def test_a_distance_is_a_chord(width: float, unit: str, chord: float) -> None:
    assert longest_chord(width, unit) == pytest.approx(chord)


def test_positions_are_points_of_the_sphere() -> None:
    ra, dec = np.array([0.0, 90.0, 180.0, 45.0, 7.0]), np.array([0.0, 0.0, 0.0, 45.0, 90.0])
    points = unit_vectors(ra, dec)
    half = math.sqrt(0.5)
    expected = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0.5, 0.5, half], [0, 0, 1]])
    np.testing.assert_allclose(points, expected, atol=1e-15)
    first = np.broadcast_to(points[0], points.shape)
    np.testing.assert_allclose(squared_chords(points, first), [0, 2, 4, 1, 2], atol=1e-15)
    np.testing.assert_allclose(degrees_apart(points, first), [0, 90, 180, 60, 90], atol=1e-12)


def test_opposite_positions_are_half_a_turn_apart() -> None:
    """Rounding makes some chords longer than the diameter."""
    grid = np.meshgrid(np.linspace(0, 359, 200), np.linspace(-89, 89, 100))
    ra, dec = (values.ravel() for values in grid)
    points, others = unit_vectors(ra, dec), unit_vectors(ra + 180, -dec)
    assert (squared_chords(points, others) > 4).any()
    np.testing.assert_allclose(degrees_apart(points, others), 180.0, atol=1e-5)

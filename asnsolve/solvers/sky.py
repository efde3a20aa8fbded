"""Positions as points of the unit sphere, where great-circle distances are chords."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from asnsolve.pool.measures import DEGREE, converted

_HALF_TURN = 180.0


def unit_vectors(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions as points of the unit sphere.

    Parameters
    ----------
    ra, dec : ndarray of float64, shape (n,)
        Right ascensions and declinations in degrees.

    Returns
    -------
    ndarray of float64, shape (n, 3)
    """
    longitude, latitude = np.deg2rad(ra), np.deg2rad(dec)
    across = np.cos(latitude)
    return np.stack(
        [across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], axis=-1
    )


def longest_chord(width: float, unit: str) -> float:
    """Return the chord of a great-circle distance.

    Parameters
    ----------
    width : float
        The distance.
    unit : str
        Its unit.

    Returns
    -------
    float
        Infinite for half a turn or more, which all positions are within.
    """
    degrees = converted(width, unit, DEGREE)
    if degrees is None or degrees >= _HALF_TURN:
        return math.inf
    return 2 * math.sin(math.radians(degrees) / 2)


def squared_chords(points: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Square the distances between points of the sphere.

    Parameters
    ----------
    points, others : ndarray of float64, shape (n, 3)
        The points.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    apart = points - others
    squared: NDArray[np.float64] = apart[:, 0] ** 2 + apart[:, 1] ** 2 + apart[:, 2] ** 2
    return squared


def degrees_apart(points: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure great-circle distances between points of the sphere.

    Parameters
    ----------
    points, others : ndarray of float64, shape (n, 3)
        The points.

    Returns
    -------
    ndarray of float64, shape (n,)
        In degrees.
    """
    half_chords = np.sqrt(squared_chords(points, others)) / 2
    degrees: NDArray[np.float64] = np.rad2deg(2 * np.arcsin(np.minimum(half_chords, 1.0)))
    return degrees

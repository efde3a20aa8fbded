"""The demonstration pool: three programs that fit on a few screens."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from asnsolve.simulate import fgs, miri, nircam, niriss, nirspec
from asnsolve.simulate.proposal import Program

DEMO_SEED = 2017
"""The seed of the demonstration pool."""


def demo_pool() -> Traversable:
    """Return the demonstration pool.

    Returns
    -------
    importlib.resources.abc.Traversable
        A file of the package: text separated by ``|``.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool
    >>> Pool.read(demo_pool())
    <Pool demo_pool: 100 exposures, 64 columns>
      programs: 9801 (49), 9802 (38), 9803 (13)
      instruments: nircam (31), miri (28), nirspec (22), niriss (17) and 1 more
      exposure types: nrc_image (14), mir_mrs (8), nrc_coron (7), mir_image (6) and 23 more
    """
    return files("asnsolve.simulate").joinpath("data", "demo_pool.csv")


def demo_programs() -> tuple[Program, ...]:
    """Return the programs of the demonstration pool.

    Returns
    -------
    tuple of Program
        Galaxies, stars with planets, and calibration.
    """
    # A few failures, so that the demonstration shows associations of degraded exposures.
    galaxies = Program(
        number=9801,
        plans=(
            nircam.imaging(target="NGC 7469", dithers=2),
            miri.imaging(target="NGC 7469", dithers=3, tiles=2),
            miri.mrs(targets=("NGC 7469",), dithers=2, background_dithers=2),
            nirspec.ifu(target="NGC 7469", pattern="2-POINT-NOD", imprints="one"),
            nirspec.msa(target="NGC 7469 FIELD", nods=3),
            niriss.wfss(target="NGC 7469 FIELD", dithers=2, grism_in_grating=True),
        ),
        failures=0.04,
    )
    # Each time series stands beside a single exposure of the same mode.
    planets = Program(
        number=9802,
        plans=(
            nircam.coronagraphy(),
            niriss.ami(target="HIP 65426", reference="HIP 68245"),
            miri.lrs_slit(target="HD 141569"),
            nirspec.fixed_slit(target="HD 141569"),
            niriss.soss(target="TRAPPIST 1", segments=2),
            niriss.soss(target="WASP 80", tso=False, segments=0, f277w=False),
            miri.lrs_slitless(target="TRAPPIST 1", segments=2),
            miri.lrs_slitless(target="WASP 80", tso=False, segments=0, subarray="SUBPRISM"),
        ),
    )
    calibration = Program(
        number=9803,
        plans=(
            nircam.wavefront_sensing(lenses=("WLP8",)),
            nircam.calibration(kinds=("NRC_DARK", "NRC_FLAT")),
            niriss.calibration(kinds=("NIS_DARK",)),
            miri.calibration(kinds=("MIR_DARKIMG", "MIR_FLATIMAGE")),
            fgs.imaging(dithers=2),
        ),
    )
    return (galaxies, planets, calibration)

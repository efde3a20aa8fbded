"""Simulated pools: programs are planned by mode and carried out into rows of a pool.

>>> from asnsolve.simulate import MODES, Program, simulate
>>> program = Program(number=1234, plans=(MODES["miri_mrs_background"].plan(dithers=2),))
>>> rows = simulate([program], seed=1)
>>> rows[0]["FILENAME"], rows[0]["EXP_TYPE"]
('jw01234001001_02101_00001_mirimage_uncal.fits', 'MIR_TACQ')
"""

from asnsolve.simulate.demo import DEMO_SEED, demo_pool, demo_programs
from asnsolve.simulate.modes import MODES, every_mode, scaled, simulate, simulate_columns, stream
from asnsolve.simulate.pool_columns import COLUMNS
from asnsolve.simulate.pool_text import write_pool
from asnsolve.simulate.proposal import (
    NULL,
    Activity,
    Dither,
    Mode,
    Observation,
    ObservingPlan,
    OpticalPath,
    Program,
    Tie,
)
from asnsolve.simulate.rows import Row

__all__ = [
    "COLUMNS",
    "DEMO_SEED",
    "MODES",
    "NULL",
    "Activity",
    "Dither",
    "Mode",
    "Observation",
    "ObservingPlan",
    "OpticalPath",
    "Program",
    "Row",
    "Tie",
    "demo_pool",
    "demo_programs",
    "every_mode",
    "scaled",
    "simulate",
    "simulate_columns",
    "stream",
    "write_pool",
]

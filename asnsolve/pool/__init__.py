"""Pools: tables of exposures, read from files and from tables in memory."""

from asnsolve.pool.candidates import Candidates
from asnsolve.pool.columns import MANDATORY
from asnsolve.pool.table import Pool

__all__ = ["MANDATORY", "Candidates", "Pool"]

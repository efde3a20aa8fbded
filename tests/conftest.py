"""Settings of the whole test run."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Machines differ in speed and first calls import: time is for the benchmarks to judge.
settings.register_profile(
    "asnsolve", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("asnsolve")

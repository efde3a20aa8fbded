"""Settings of the whole test run."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.property_tests import change_examples, property_tests

# Machines differ in speed and first calls import: time is for the benchmarks to judge.
settings.register_profile(
    "asnsolve", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("asnsolve")

THOROUGH = 5
"""How many times as many examples a thorough run draws."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add an option for runs that may take hours."""
    parser.addoption(
        "--thorough", action="store_true", help=f"draw {THOROUGH} times as many examples"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Measure no coverage in property tests: they run the same lines hundreds of times over."""
    # Mutation testing needs to know which lines they run, and draws few examples.
    if not config.pluginmanager.hasplugin("tests.mutation.quick"):
        for item, _ in property_tests(items):
            item.add_marker("no_cover")
    if config.getoption("--thorough"):
        change_examples(items, lambda count: THOROUGH * count)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt: shells have what runs in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)

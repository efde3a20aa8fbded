"""Plugin of pytest: property tests draw few examples, the same in every run, and do not shrink."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.property_tests import change_examples

_EXAMPLES = 30


def pytest_collection() -> None:
    """Change the settings after those of the test suite, and before the tests are imported."""
    settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=_EXAMPLES,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bound the examples of the tests that ask for a number of their own."""
    change_examples(items, lambda count: min(count, _EXAMPLES))

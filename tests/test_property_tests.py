from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property_tests import change_examples, property_tests


def test_the_number_of_examples_changes_once_for_each_function(
    request: pytest.FixtureRequest,
) -> None:
    drawn: list[int] = []

    @settings(max_examples=4, database=None)
    @given(st.integers())
    def law(number: int) -> None:
        drawn.append(number)

    def example() -> None: ...

    items = [
        pytest.Function.from_parent(
            request.node.parent, name=f"{function.__name__}[{place}]", callobj=function
        )
        for place, function in enumerate((law, law, example))
    ]
    assert [item for item, _ in property_tests(items)] == items[:2]
    change_examples(items, lambda count: 3 * count)
    law()
    assert len(drawn) == 12

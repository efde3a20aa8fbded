from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.archive.stores import Store, running_store


@pytest.fixture(scope="session")
def _store() -> Iterator[Store]:
    pytest.importorskip("moto")
    with running_store() as store:
        yield store


@pytest.fixture
def store(_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return an empty bucket, to which the variables of the environment lead."""
    for name in _store.objects():
        _store.delete(name)
    for name, value in _store.variables.items():
        monkeypatch.setenv(name, value)
    return _store

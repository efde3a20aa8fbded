"""Whether an association file can be used, beside the readers of the calibration pipeline."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from asnsolve import Pool, demo_pool, solve, validate_file
from tests.associations.examples import data
from tests.conformance.reference import NEEDS_REFERENCE

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.usefixtures("pipeline_warnings"),
]

Entry = dict[str, Any]
Changed = Iterator[tuple[str, Entry]]
KEYS = [
    *("asn_type", "asn_rule", "program", "asn_id", "target", "asn_pool", "products"),
    *("version_id", "constraints", "code_version"),
]
VALUES: list[Any] = [None, 7, "free", [], {}, True]
TYPES = ["spec3", "tso3", "coron3", "image2", "spec2", "tso-spec2", "free"]


def changes(whole: dict[str, Any]) -> Changed:
    """Yield an association with keys dropped, values of other kinds, roles and names freed."""
    yield "as it is", whole
    for key in KEYS:
        yield f"without {key}", {name: value for name, value in whole.items() if name != key}
        for value in VALUES:
            yield f"{key} is {value}", whole | {key: value}
    for asn_type in TYPES:
        for key in ("asn_pool", "asn_id", "target"):
            rest = {name: value for name, value in whole.items() if name != key}
            yield f"{asn_type} without {key}", rest | {"asn_type": asn_type}
    for what, change in product_changes():
        changed = copy.deepcopy(whole)
        for product in changed["products"]:
            change(product)
        yield what, changed
        for asn_type in TYPES:
            yield f"{asn_type}: {what}", changed | {"asn_type": asn_type}
    for value in VALUES:
        yield f"product is {value}", whole | {"products": [*whole["products"], value]}


def product_changes() -> Iterator[tuple[str, Callable[[Entry], None]]]:
    """Yield changes of a product in place."""
    for key in ("name", "members"):
        yield f"product without {key}", partial(drop, key=key)
        for value in VALUES:
            yield f"{key} of the product is {value}", partial(put, key=key, value=value)
    for key in ("expname", "exptype", "exposerr"):
        yield f"members without {key}", partial(of_members, change=partial(drop, key=key))
        for value in VALUES:
            change = partial(put, key=key, value=value)
            yield f"{key} of members is {value}", partial(of_members, change=change)
    for value in VALUES:
        yield f"member is {value}", partial(append, value=value)
    yield "roles in capitals", partial(of_members, change=capitals)
    yield "members twice", twice


def drop(entry: Entry, key: str) -> None:
    entry.pop(key, None)


def put(entry: Entry, key: str, value: object) -> None:
    entry[key] = value


def of_members(product: Entry, change: Callable[[Entry], None]) -> None:
    for member in product["members"]:
        change(member)


def append(product: Entry, value: object) -> None:
    product["members"].append(value)


def capitals(member: Entry) -> None:
    member["exptype"] = member["exptype"].upper()


def twice(product: Entry) -> None:
    product["members"] += product["members"]


MISSING = (AssertionError, AttributeError, IndexError, KeyError, TypeError)
"""What a reader raises that does not find what it needs, besides its own error."""


class FakeModel:
    """What a container of models sets on the models that it opens."""

    def __init__(self, *_: object) -> None:
        self.meta = type("Meta", (), {"asn": type("Asn", (), {})()})()


@pytest.fixture
def is_read(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], bool]:
    """Return a function that tells whether the pipeline for a file reads it, but for its data."""
    associations = import_module("jwst.associations")
    container = import_module("jwst.datamodels.container")
    level2 = import_module("jwst.associations.load_as_asn").LoadAsLevel2Asn
    registry = associations.AssociationRegistry()
    monkeypatch.setattr(container, "datamodel_open", FakeModel)

    def read(path: Path) -> None:
        with path.open() as stream:
            loaded = associations.load_asn(stream, registry=registry)
        asn_type = loaded.get("asn_type", "")
        # Every pipeline takes products from this list, those of level 3 the first alone.
        assert loaded["products"]
        if asn_type in ("spec3", "tso3", "coron3"):
            opened = container.ModelContainer(str(path))
            assert opened.asn_table["products"][0]["name"] is not None
        elif asn_type.endswith("2"):
            asn = level2.load(str(path))
            assert asn.filename == str(path)
            assert asn["asn_pool"] is not None
            assert all(product["name"] is not None for product in asn["products"])

    def told(path: Path) -> bool:
        try:
            read(path)
        except (associations.AssociationNotValidError, *MISSING):
            return False
        return True

    return told


def is_usable(path: Path) -> bool:
    return all(fault.weight != "error" for fault in validate_file(path))


def test_what_the_pipelines_read_is_usable(is_read: Callable[[Path], bool], tmp_path: Path) -> None:
    count = 0
    product = data()["products"][0]
    smaller = product | {"members": product["members"][:2]}
    for number, (what, changed) in enumerate(
        changes(data(products=[smaller, copy.deepcopy(smaller)]))
    ):
        path = tmp_path / f"{number}_asn.json"
        path.write_text(json.dumps(changed))
        assert is_usable(path) == is_read(path), what
        count += 1
    assert count >= 400


def test_what_others_write_is_usable(is_read: Callable[[Path], bool], tmp_path: Path) -> None:
    with as_file(demo_pool()) as path:
        ours = solve(Pool.read(path)).write(tmp_path)
    # All that come with the pipeline: associations of its tests, but also schemas, which are none.
    theirs = [*Path(str(files("jwst"))).rglob("*.json")]
    assert len([path for path in theirs if "data" in path.parts]) >= 9
    assert len(ours) + len(theirs) >= 125
    for path in (*ours, *theirs):
        assert is_usable(path) == is_read(path), path


@pytest.mark.parametrize("role", ["science", "SCIENCE", "Science"])
def test_a_role_is_a_remark_where_the_pipeline_leaves_its_member_out(
    role: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library = import_module("jwst.datamodels").ModelLibrary
    # The members are not there: their groups come from their headers.
    monkeypatch.setattr(library, "_filename_to_group_id", lambda self, name: "1")
    path = tmp_path / "jw00009-o001_image3_00001_asn.json"
    members = [{"expname": "a_cal.fits", "exptype": role}]
    path.write_text(json.dumps(data(products=[data()["products"][0] | {"members": members}])))
    # calwebb_image3 opens its associations so.
    taken = len(library(str(path), asn_exptypes=["science"], on_disk=True))
    weights = [fault.weight for fault in validate_file(path)]
    assert weights == ([] if taken else ["remark"])
    assert taken == (role == "science")

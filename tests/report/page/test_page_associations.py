from __future__ import annotations

from tests.report.page.facts import DEMO, demo_facts, named, spelled


def test_names_of_products_are_taken_apart() -> None:
    facts = demo_facts()
    at = named(DEMO, "jw09801-o008_t003_niriss_f150w-gr150c")
    _, is_exposure, parts, _ = facts["associations"]["products"][at][0]
    assert not is_exposure
    told = [spelled(facts, part) for part in parts]
    assert told == ["09801", "o008", "t003", "niriss", "f150w-gr150c"]
    at = named(DEMO, "jw09802008001_04101_00001-seg001_nis")
    _, is_exposure, parts, _ = facts["associations"]["products"][at][0]
    assert is_exposure
    told = [spelled(facts, part) for part in parts]
    assert told == ["09802", "008", "001", "04", "1", "01", "00001", "-seg001", "nis"]


def test_optics_are_those_of_the_science_members() -> None:
    facts = demo_facts()
    at = named(DEMO, "jw09801-o006_t001_nirspec_g235h")
    assert spelled(facts, facts["associations"]["optics"][at]) == "f170lp/g235h"


def test_constraints_are_lines_of_the_file() -> None:
    facts = demo_facts()
    lines = facts["associations"]["constraints"][0]
    told = "\n".join(str(spelled(facts, line)) for line in lines)
    assert told == DEMO.associations[0].constraints

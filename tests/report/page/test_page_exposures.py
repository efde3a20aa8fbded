from __future__ import annotations

from asnsolve import Pool
from asnsolve.report.page.page_exposures import PageExposures
from asnsolve.report.page.text_table import TextTable
from tests.report.page.facts import DEMO


def pool(*rows: tuple[str, str, str | None]) -> Pool:
    files, programs, observations = zip(*rows, strict=True)
    return Pool(
        {
            "filename": [*files],
            "exp_type": ["nrc_image"] * len(rows),
            "program": [*programs],
            "asn_candidate": [""] * len(rows),
            "obs_num": [*observations],
        }
    )


def test_exposures_are_in_the_order_of_the_hierarchy() -> None:
    some = pool(("c", "10", "2"), ("b", "9", "10"), ("a", "9", "9"), ("d", "9", None))
    exposures = PageExposures.of_pool(some, {"obs_num"})
    assert exposures.files == ("a", "b", "d", "c")
    assert exposures.place_of_row.tolist() == [3, 1, 0, 2]
    assert exposures.values("program") == ["00009", "00009", "00009", "00010"]
    assert exposures.values("unknown") == [None] * 4


def test_rows_about_one_file_are_shown_each() -> None:
    exposures = PageExposures.of_pool(pool(("a", "1", "1"), ("a", "1", "2")), ())
    assert exposures.places_of_file == {"a": [0, 1]}


def test_names_of_members_say_where_exposures_are() -> None:
    exposures = PageExposures.of_associations(DEMO.associations[:30], DEMO.profile)
    assert exposures.files[0] == "jw09801001001_02101_00001_nrcb1"
    assert exposures.values("obs_num")[0] == "001"
    data = exposures.data(TextTable())
    assert data["count"] == len(exposures)
    assert isinstance(data["columns"]["program"], int)

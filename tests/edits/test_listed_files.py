from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asnsolve.associations.association import Association
from asnsolve.edits.listed_files import association_from_list
from asnsolve.errors import UsageError


def members(association: Association) -> list[list[tuple[str, str]]]:
    return [[(m.expname, m.exptype) for m in product.members] for product in association.products]


def test_files_of_any_kind_are_members_of_one_product_of_level_3() -> None:
    files = ["x/jw01234001001_02101_00001_nrca1_s2d.fits", "made_by_me.fits"]
    found = association_from_list(files, product="my mosaic", asn_type="image3")
    assert members(found) == [[(files[0], "science"), (files[1], "science")]]
    assert (found.rule, found.asn_type, found.level) == ("DMS_Level3_Base", "image3", 3)
    assert (found.program, found.asn_id, found.target) == ("noprogram", "a3001", "none")
    assert found.file_name == "my mosaic_asn.json"


def test_level_2_has_a_product_per_science_file_and_the_others_in_each() -> None:
    found = association_from_list(
        ["dir/JW01234001001_02101_00001_NRS1_rate.fits", "b_mine_rate.fits"],
        asn_type="spec2",
        roles={"background": "sky_rate.fits", "selfcal": ("s1.fits", Path("s2.fits"))},
    )
    others = [("sky_rate.fits", "background"), ("s1.fits", "selfcal"), ("s2.fits", "selfcal")]
    assert found.rule == "DMSLevel2bBase"
    assert [product.name for product in found.products] == [
        "JW01234001001_02101_00001_NRS1",
        "b_mine",
    ]
    assert [listed[1:] for listed in members(found)] == [others, others]


def test_a_rule_tells_type_and_level() -> None:
    found = association_from_list("a_rate.fits", rule="Asn_Lv2Image", product="mine")
    assert (found.rule, found.asn_type, found.level) == ("Asn_Lv2Image", "image2", 2)
    assert found.products[0].name == "mine"
    assert association_from_list("a_rate.fits", rule="DMSLevel2bBase").asn_type == "none"


def test_the_program_is_that_of_all_science_files() -> None:
    files = [f"d/jw01234001001_02101_0000{number}_nrca1_cal.fits" for number in (1, 2)]
    sky = {"background": ["jw09999001001_02101_00001_nrca1_cal.fits"]}
    assert association_from_list(files, product="p", roles=sky).program == "01234"
    assert association_from_list([*files, "a.fits"], product="p").program == "noprogram"
    assert association_from_list(files, product="p", program="77").program == "00077"


def test_patterns_and_lists_stand_for_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("b_cal.fits", "a_cal.fits", "odd[1].fits"):
        Path(name).touch()
    Path("names.txt").write_text("later.fits\n\n# not this\nx/y.fits\n")
    found = association_from_list(["*_cal.fits", "@names.txt", "odd[1].fits"], product="p")
    names = [member.expname for member in found.members]
    assert names == ["a_cal.fits", "b_cal.fits", "later.fits", "x/y.fits", "odd[1].fits"]
    found = association_from_list(str(tmp_path / "*_cal.fits"), product="p")
    assert found.members[0].expname == str(tmp_path / "a_cal.fits")


@pytest.mark.parametrize(
    ("files", "options", "message"),
    [
        ([], {"product": "p"}, "no science file is listed"),
        (["a", "a"], {"product": "p"}, "'a' is listed twice"),
        (["a"], {"product": "p", "roles": {"sky": "b"}}, "the role is 'sky'; expected one of sci"),
        (["a"], {"product": "p", "roles": {"psf": ()}}, "no file is listed for the role psf"),
        (["a"], {"product": "p", "roles": {"psf": "a"}}, "'a' is listed twice"),
        (["a"], {}, "the product has no name"),
        (
            ["a", "b"],
            {"product": "p", "asn_type": "image2"},
            "there is one product name, but level 2 makes 2",
        ),
        (["x/a_rate.fits", "y/a_cal.fits"], {"asn_type": "image2"}, "would make the product 'a'"),
        (["a"], {"asn_type": "image4"}, "the type of the association is 'image4'"),
        (["a"], {"rule": "Asn_Lv3Imag"}, "there is no rule 'Asn_Lv3Imag'. Did you mean Asn_Lv3"),
        (
            ["a"],
            {"rule": "Asn_Lv3Image", "asn_type": "spec3"},
            "the rule Asn_Lv3Image makes image3 associations, not spec3",
        ),
        (
            ["a"],
            {"rule": "DMS_Level3_Base", "asn_type": "spec2"},
            "is for level 3, but spec2 is of level 2",
        ),
        (["a"], {"product": "p", "asn_id": "7"}, "the id is '7'"),
        (["none*.fits"], {"product": "p"}, "no file matches 'none*.fits'"),
        (["@none.txt"], {"product": "p"}, "none.txt: the list cannot be read: No such file"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    files: list[str], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as error:
        association_from_list(files, **options)
    assert message in str(error.value)

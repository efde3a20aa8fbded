"""Plans: unedited they are what `associate` writes; edited they are checked against the rules."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve import associate, validate_file
from asnsolve.cli.main import main
from asnsolve.from_files.request import Request
from asnsolve.plans.associations_of_plan import PlanOutcome, write_associations
from asnsolve.plans.plan_files import make_plan, read_plan
from asnsolve.profiles.jwst import FILES
from asnsolve.simulate import MODES, Program, simulate
from tests.from_files.small import files_of
from tests.plans.edits import edited
from tests.pool.fits_files import write_files

STAR = "jw00007001001_03101_0000{}_{}_rate.fits"
SKY = "jw00007002001_02101_0000{}_{}_rate.fits"
PLANS = {
    "miri_image": ("cal", 3),
    "miri_mrs_background": ("rate", None),
    "miri_lrs_slit": ("rate", 2),
    "miri_lyot": ("calints", 3),
    "nirspec_ifu_nod": ("rate", None),
    "nirspec_msa": ("rate", 2),
    "niriss_wfss": ("rate", 2),
    "nircam_coron_full": ("rateints", None),
    "niriss_soss": ("rateints", 2),
}


def without(text: str, association: str, line: str) -> str:
    """Take a file out of an association."""
    head, mark, rest = text.partition(f'file = "{association}"')
    own, end, others = rest.partition("\n[[")
    lines = [one for one in own.split("\n") if line not in one]
    return head + mark + "\n".join(lines) + end + others


def with_background(text: str, name: str, file: str) -> str:
    """Add a file to the backgrounds of an association."""
    head, mark, rest = text.partition(f'file = "{name}"')
    return head + mark + rest.replace("background = [", f'background = [\n"{file}",', 1)


def told(found: PlanOutcome) -> list[str]:
    return [f"{problem.location.file}: {problem.what}" for problem in found.violations]


@pytest.mark.parametrize("mode", PLANS)
def test_a_plan_that_nobody_edits_is_written_as_found(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage, level = PLANS[mode]
    files_of(mode, Path("files"), stage)
    Path("work").mkdir()
    made = make_plan(
        Request(files=("files",), level=level, out="asn", paths="relative"), "work/plan.toml"
    )
    found = write_associations("work/plan.toml")
    assert (found.violations, found.changed, found.lost) == ((), (), ())
    expected = associate("files", level, out="expected", paths="relative")
    assert len(found.written) == len(expected.written) == len(made.associations) > 0
    for theirs, ours in zip(expected.written, found.written, strict=True):
        assert theirs.read_bytes() == ours.read_bytes()


@pytest.mark.parametrize("mode", sorted(MODES))
def test_no_mode_is_changed_by_a_plan(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files_of(mode, Path("files"), "rate")
    request = Request(files=("files",), out="asn", together=("observation",), apart=("detector",))
    make_plan(request, "plan.toml")
    found = write_associations("plan.toml")
    assert (found.violations, found.changed, found.lost) == ((), (), ())
    expected = associate("files", together="observation", apart="detector", out="expected")
    assert [path.read_bytes() for path in found.written] == [
        path.read_bytes() for path in expected.written
    ]


def test_a_plan_may_lie_elsewhere_and_ask_for_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = files_of("miri_mrs_background", Path("rate"), "rate")
    sky = tuple(str(file) for file in files if file.name.startswith("jw00007002"))
    request = Request(
        files=("rate",), level=3, backgrounds=sky, apart=("detector",), paths="absolute"
    )
    Path("notes").mkdir()
    make_plan(request, "notes/plan.toml")
    monkeypatch.chdir("notes")
    found = write_associations("plan.toml")
    monkeypatch.chdir("..")
    expected = associate(
        "rate", 3, backgrounds=sky, apart="detector", paths="absolute", out="expected"
    )
    assert [path.name for path in found.written] == [path.name for path in expected.written]
    for theirs, ours in zip(expected.written, found.written, strict=True):
        assert theirs.read_bytes() == (Path("notes") / ours).read_bytes()


def test_an_exposure_is_taken_out(mrs: Path) -> None:
    name = "jw00007-c1000_spec2_00001_asn.json"
    found = write_associations(
        edited(mrs, lambda text: without(text, name, SKY.format(2, "mirifulong")))
    )
    assert found.violations == ()
    assert found.changed == (name,)
    assert found.lost == ()
    data = json.loads(Path("asn", name).read_text())
    members = [(m["expname"], m["exptype"]) for m in data["products"][0]["members"]]
    assert members == [
        (STAR.format(1, "mirifulong"), "science"),
        (SKY.format(1, "mirifulong"), "background"),
    ]
    assert data["constraints"] == json.loads(
        Path("asn", "jw00007-c1000_spec2_00003_asn.json").read_text()
    )["constraints"].replace("00002", "00001")
    assert all(validate_file(path) == () for path in found.written)


def test_a_science_exposure_becomes_a_background(mrs: Path) -> None:
    """Then it counts as one, whatever its header says."""
    name = "jw00007-c1000_spec2_00001_asn.json"
    other = STAR.format(2, "mirifulong")

    edit = partial(with_background, name=name, file=f"rate/{other}")
    found = write_associations(edited(mrs, edit))
    assert told(found) == []
    data = json.loads(Path("asn", name).read_text())
    roles = {m["expname"]: m["exptype"] for m in data["products"][0]["members"]}
    assert roles[other] == "background"
    assert len(roles) == 4


def test_what_breaks_a_rule_is_named_and_kept_if_forced(mrs: Path) -> None:
    name = "jw00007-c1000_spec2_00001_asn.json"
    wrong = SKY.format(1, "mirifushort")

    edit = partial(with_background, name=name, file=f"rate/{wrong}")
    plan = edited(mrs, edit)
    found = write_associations(plan)
    assert found.written == ()
    assert not Path("asn").exists()
    (violation,) = told(found)
    assert violation.startswith(
        f"{name}: jw00007002001_02101_00001_mirifushort: not with jw0000700"
    )
    assert "Asn_Lv2Spec: detector differs: mirifushort and mirifulong" in violation
    forced = write_associations(plan, force=True)
    assert forced.violations == found.violations
    data = json.loads(Path("asn", name).read_text())
    assert wrong in {m["expname"] for m in data["products"][0]["members"]}
    assert data["constraints"].startswith("Made by hand against the rule:\njw00007002001")
    assert validate_file(Path("asn", name)) == ()


def test_a_name_that_no_file_can_have_does_not_stop_the_others(mrs: Path) -> None:
    name = "jw00007-c1000_spec2_00001_asn.json"
    long = f"jw00007-c{1:0300}_spec2_00001_asn.json"
    found = write_associations(edited(mrs, lambda text: text.replace(name, long)), force=True)
    (problem,) = found.problems
    assert problem.what == "is not written: the name of the file has 330 bytes"
    assert len(found.written) == len(found.associations) - 1


def test_what_is_in_no_association_any_more_is_told(mrs: Path) -> None:
    def edit(text: str) -> str:
        first, *rest = text.split("[[association]]")
        return "[[association]]".join([first, *rest[1:]])

    assert write_associations(mrs).lost == ()
    found = write_associations(edited(mrs, edit), "fewer")
    assert len(found.written) == 12
    assert found.lost == ("rate/" + STAR.format(1, "mirifulong"),)


def test_files_are_added_from_elsewhere(mrs: Path) -> None:
    name = "jw00007-c1000_spec2_00001_asn.json"
    Path("more").mkdir()
    rows = simulate([Program(number=7, plans=(MODES["miri_mrs_background"].plan(),))])
    sky = dict(next(r for r in rows if r["BKGDTARG"] == "T" and r["DETECTOR"] == "MIRIFULONG"))
    sky |= {"FILENAME": "jw00007009001_02101_00001_mirifulong_uncal.fits", "OBS_NUM": "9"}
    (file,) = write_files([sky], Path("more"), "rate")

    edit = partial(with_background, name=name, file=f"{file}")
    found = write_associations(edited(mrs, edit))
    assert told(found) == []
    one = next(one for one in found.associations if one.file_name == name)
    assert file.name in {member.expname for member in one.members}
    file.unlink()
    gone = write_associations(mrs)
    assert told(gone) == [f"{name}: jw00007009001_02101_00001_mirifulong has no file"]


def test_a_file_that_is_not_there_is_named(mrs: Path) -> None:
    name = "jw00007-c1000_spec2_00001_asn.json"
    file = STAR.format(1, "mirifulong")
    found = write_associations(
        edited(mrs, lambda text: text.replace(f"rate/{file}", f"rat/{file}", 1))
    )
    assert told(found) == [f"{name}: the file rat/{file} does not exist"]


def test_an_association_of_the_users_own(mrs: Path) -> None:
    own = f"""
[[association]]
file = "jw00007-o002_spec2_00099_asn.json"
rule = "Asn_Lv2SpecSpecial"
product = "jw00007002001_02101_00001_mirifulong"
science = ["rate/{SKY.format(1, "mirifulong")}"]

[read]"""
    plan = edited(mrs, lambda text: text.replace("\n[read]", own))
    found = write_associations(plan)
    assert told(found) == []
    assert found.changed == ("jw00007-o002_spec2_00099_asn.json",)
    edited(plan, lambda text: text.replace("Asn_Lv2SpecSpecial", "Asn_Lv2Special"))
    absent = "jw00007-o002_spec2_00099_asn.json: there is no rule"
    likely = "Did you mean Asn_Lv2Spec or Asn_Lv2SpecSpecial or Asn_Lv2ImageSpecial?"
    assert f"{absent} Asn_Lv2Special. {likely}" in told(write_associations(plan))
    edited(plan, lambda text: text.replace("Asn_Lv2Special", "Other"))
    assert f"{absent} Other" in told(write_associations(plan))


def test_all_that_is_wrong_with_an_association_is_told(mrs: Path) -> None:
    own = """
[[association]]
file = "mine.json"
rule = "Asn_Lv2Spec"
product = "mine"
background = []

[read]"""
    found = write_associations(edited(mrs, lambda text: text.replace("\n[read]", own)))
    assert [line.partition(": ")[2].partition(";")[0] for line in told(found)] == [
        "file name 'mine.json' has the wrong shape",
        "products[0].members holds no science member",
    ]


def test_the_commands(mrs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["plan", "rate", "--level", "2", "-p", "asn"]
    # The plan that is there asks for other names of members.
    before = mrs.read_text()
    assert main(argv) == 2
    assert "plan.toml: already exists with other content" in capsys.readouterr().err
    assert mrs.read_text() == before
    assert main([*argv, "--replace"]) == 0
    assert capsys.readouterr().out == "13 associations planned: plan.toml\n"
    assert main(["write", "plan.toml"]) == 0
    assert capsys.readouterr().out.endswith("13 associations, 13 files written\n")
    name = "jw00007-c1000_spec2_00001_asn.json"
    text = mrs.read_text().replace(
        "rate/" + SKY.format(1, "mirifulong"), "rate/" + SKY.format(1, "mirifushort"), 1
    )
    mrs.write_text(text)
    assert main(["write", "plan.toml", "-p", "other"]) == 1
    out = capsys.readouterr().out
    assert f"{name}, rule Asn_Lv2Spec: jw00007002001_02101_00001_mirifushort: not with" in out
    assert out.endswith("13 associations, 0 files written (use --force to write them anyway)\n")
    assert main(["write", "plan.toml", "-p", "other", "--force", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["changed"], len(data["written"])) == ([name], 13)
    assert main(["plan", "rate", "--json"]) == 2
    assert mrs.read_text() == text
    capsys.readouterr()
    assert main(["plan", "rate", "--json", "--replace"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == ["plan.toml"]


def test_direct_images_stay_what_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files_of("niriss_wfss", Path("rate"), "rate")
    make_plan(Request(files=("rate",), level=2, out="asn"), "plan.toml")
    grism = next(one for one in read_plan(Path("plan.toml")).associations if "WFSS" in one.rule)
    (catalog,) = (file for file, role in grism.members if role == "sourcecat")
    edited(Path("plan.toml"), lambda text: text.replace(catalog, "mine_cat.ecsv", 1))
    found = write_associations("plan.toml")
    assert found.violations == ()
    changed = next(one for one in found.associations if one.file_name == grism.file)
    assert {(m.expname, m.derived) for m in changed.members if m.exptype == "sourcecat"} == {
        ("mine_cat.ecsv", True)
    }
    edited(Path("plan.toml"), lambda text: text.replace('sourcecat = ["mine_cat.ecsv"]\n', "", 1))
    assert told(write_associations("plan.toml")) == [f"{grism.file}: there is no sourcecat"]


def test_headers_may_change_between_plan_and_writing(mrs: Path) -> None:
    """The headers of today count: what they do not allow any more is told as an edit would be."""
    sky = sorted(Path("rate").glob("jw00007002*"))
    for file in sky:
        with fits.open(file, mode="update") as opened:
            opened[0].header["BAND"] = "LONG"
    found = write_associations(mrs)
    assert found.written == ()
    assert len(found.violations) == 16


def test_self_calibration_is_that_of_another_exposure_of_the_detector(mrs: Path) -> None:
    name = "jw00007-c1000_spec2_00001_asn.json"
    star, other = (STAR.format(number, "mirifulong") for number in (1, 2))
    # Another band makes no difference, and neither does the way in which a header writes a word.
    fits.setval(Path("rate", other), "BAND", value="LONG")
    fits.setval(Path("rate", other), "SUBARRAY", value="full")

    def with_selfcal(file: str) -> PlanOutcome:
        head, mark, rest = mrs.read_text().partition(f'file = "{name}"')
        rest = rest.replace("\nscience", f'\nselfcal = ["rate/{file}"]\nscience', 1)
        plan = Path("other.toml")
        plan.write_text(head + mark + rest)
        return write_associations(plan)

    assert not [line for line in told(with_selfcal(other)) if "selfcal" in line]
    assert f"{name}: {FILES.exposure_of(star)} would be self-calibration of itself" in told(
        with_selfcal(star)
    )
    elsewhere = STAR.format(1, "mirifushort")
    exposure = FILES.exposure_of(elsewhere)
    assert (f"{name}: selfcal {exposure}: detector differs: mirifushort and mirifulong") in told(
        with_selfcal(elsewhere)
    )


def test_a_file_of_a_known_target_can_be_added_to_several_associations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sky has the second number of its program, and goes where its other exposures are."""
    monkeypatch.chdir(tmp_path)
    rows = simulate([Program(number=7, plans=(MODES["miri_mrs_background"].plan(),))])
    Path("cal").mkdir()
    files = write_files(rows, Path("cal"), "cal")
    sky = sorted(file for file in files if fits.getval(file, "BKGDTARG"))
    more = Path("more") / sky[0].name.replace("_00001_", "_00009_")
    more.parent.mkdir()
    more.write_bytes(sky[0].read_bytes())
    make_plan(Request(files=("cal",), level=3), "plan.toml")
    text = Path("plan.toml").read_text("utf-8")
    plan, read = text.split("[read]")
    named = f'"{sky[0]}",'
    assert plan.count(named) == 2
    Path("plan.toml").write_text(plan.replace(named, f'{named} "{more}",') + "[read]" + read)
    outcome = write_associations("plan.toml", "asn")
    assert outcome.violations == ()
    assert len(outcome.changed) == 2

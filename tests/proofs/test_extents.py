"""The extents that rule sets declare, and the command that writes them."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from asnsolve import UsageError, check
from asnsolve.cli.main import main
from asnsolve.proofs import extents as extents_module
from asnsolve.proofs.extents import current_extents, update_extents
from asnsolve.proofs.sets import DECLARED, EXTENT_PACKAGES
from asnsolve.rules.extent_files import EXTENTS_FILE, extents_text


@pytest.mark.parametrize("name", sorted(EXTENT_PACKAGES))
def test_the_data_are_what_the_command_would_write(name: str) -> None:
    data = (files(EXTENT_PACKAGES[name]) / EXTENTS_FILE).read_text("utf-8")
    assert extents_text(current_extents(name)) == data
    assert extents_text(DECLARED[name].extents) == data


def test_another_extent_is_found() -> None:
    declared = DECLARED["level3-2017"]
    first, *others = declared.extents
    assert (first.rule, first.role) == ("Asn_AMI", "background")
    fewer = replace(first, exp_types=first.exp_types[1:])
    report = check("level3-2017", declared=replace(declared, extents=(fewer, *others)))
    assert [str(finding) for finding in report.undeclared] == [
        "declaration at level 3, Asn_AMI, background: it takes nis_ami, against what is declared"
    ]
    # Rules without a declaration are not checked.
    unsaid = tuple(extent for extent in others if extent.rule != "Asn_AMI")
    assert check("level3-2017", declared=replace(declared, extents=unsaid)).undeclared == ()


def test_the_command_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / EXTENTS_FILE
    monkeypatch.setattr(extents_module, "files", lambda package: tmp_path)
    assert main(["check", "--update", "level3-2017"]) == 0
    assert capsys.readouterr().out == (f"Wrote the extents of rule set level3-2017 to {path}\n")
    assert path.read_text("utf-8") == extents_text(DECLARED["level3-2017"].extents)
    assert main(["check", "--update", "level3-2017", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"updated": {"level3-2017": str(path)}}


def test_what_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--update", "mine.py"]) == 2
    assert capsys.readouterr().err == (
        "asnsolve: error: 'mine.py' has no declarations that can be updated; "
        "expected one of jwst, jwst-main, level3-2017\n"
    )
    assert main(["check", "--update", "--level", "3"]) == 2
    assert "--update declares all levels; expected no --level" in capsys.readouterr().err
    monkeypatch.setattr(extents_module, "files", lambda package: tmp_path / "absent")
    with pytest.raises(UsageError, match=r"level3-2017 cannot be written: .*absent"):
        update_extents("level3-2017")
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr(EXTENTS_FILE, "{}")
        monkeypatch.setattr(extents_module, "files", lambda package: zipfile.Path(archive))
        with pytest.raises(UsageError, match="lie in an archive and cannot be written"):
            update_extents("level3-2017")

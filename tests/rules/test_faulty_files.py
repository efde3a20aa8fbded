"""Every mistake in a rule file is reported with file, rule and field, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.associations.meaning_checks import known_roles
from asnsolve.cli.main import main
from asnsolve.errors import RuleError
from asnsolve.profiles.jwst import WORDS
from asnsolve.rules.load import load_rules
from tests.rules.faulty_files import FAULTY_FILES, FaultyFile


@pytest.mark.parametrize("faulty", FAULTY_FILES, ids=lambda faulty: faulty.name)
def test_a_mistake_is_reported_with_file_rule_and_field(
    faulty: FaultyFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("mine.py")
    path.write_text(faulty.text)
    with pytest.raises(RuleError) as caught:
        load_rules(path)
    (problem,) = caught.value.problems
    place = problem.location
    assert (place.file, place.rule, place.field) == ("mine.py", faulty.rule, faulty.field)
    assert faulty.says in str(problem)


@pytest.mark.parametrize("faulty", FAULTY_FILES, ids=lambda faulty: faulty.name)
def test_a_faulty_file_ends_no_command_in_a_traceback_and_writes_no_file(
    faulty: FaultyFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(faulty.text)
    for command in (
        ["generate", "--demo", "-r", "mine.py", "-p", "out"],
        ["check", "mine.py"],
        ["rules", "show", "Asn_X", "-r", "mine.py"],
    ):
        assert main(command) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "Traceback" not in err
        assert err.startswith("asnsolve: error: mine.py, ")
        assert faulty.says in err
        assert [each.name for each in tmp_path.iterdir()] == ["mine.py"]


def test_the_roles_that_rules_may_use_are_those_that_association_files_may_hold() -> None:
    assert (*known_roles(), "other") == WORDS.roles

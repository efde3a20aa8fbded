"""Rule files are code: whatever they raise, and whenever, is a mistake in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.cli.main import main
from asnsolve.errors import RuleError
from asnsolve.rules import load
from asnsolve.rules.load import load_rules
from tests.rules.faulty_files import GOOD, HEAD

ENDS = "the file ends the program"
ODD = """
class Odd:
    def __getattribute__(self, name):
        raise {error}

    def __repr__(self):
        raise {error}

    def __eq__(self, other):
        raise {error}

    def __hash__(self):
        raise {error}

    def __iter__(self):
        raise {error}

class Text(str):
    __eq__ = __hash__ = __str__ = strip = lower = Odd.__repr__

class Several(tuple):
    __iter__ = __len__ = __getitem__ = Odd.__repr__

class Own(Rule):
    __slots__ = ()
    __hash__ = __eq__ = __repr__ = Odd.__repr__
"""


def rule(kind: str = "Rule", **parts: str) -> str:
    given = ", ".join(f"{name}={value}" for name, value in {**GOOD, **parts}.items())
    return f"Asn_X = {kind}({given})\n"


def refusal(text: str, folder: Path) -> str:
    """Return the one problem of a rule file."""
    path = folder / "mine.py"
    path.write_text(text)
    with pytest.raises(RuleError) as caught:
        load_rules(path)
    (problem,) = caught.value.problems
    assert problem.location.file == str(path)
    return str(problem).removeprefix(str(path))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import sys\nsys.exit(0)\n", f", line 2: {ENDS}; "),
        ("raise KeyboardInterrupt('mine')\n", ", line 1: running the file failed: Keyboard"),
        ("raise GeneratorExit\n", ", line 1: running the file failed: GeneratorExit"),
        ("class E(BaseException): pass\nraise E('x')\n", ", line 2: running the file failed: E: x"),
        ("raise ValueError('\\x1b[31mred\\n')\n", ": ValueError: \\x1b[31mred\\n"),
        ("raise ValueError('x' * 10**6)\n", "xxx..."),
        ("from asnsolve.errors import RuleError\nraise RuleError('ab')\n", "failed: RuleError: a"),
        ("e = SyntaxError(); e.filename = __file__; e.lineno = 'a'\nraise e\n", ": not Python: "),
        ("import os\nos.remove(__file__)\n1 / 0\n", ": running the file failed: ZeroDivisionError"),
        (
            "with open(__file__, 'w') as f: f.write('((')\n1 / 0\n",
            ": running the file failed: ZeroDivision",
        ),
    ],
)
def test_whatever_running_it_raises_is_its_mistake(text: str, told: str, tmp_path: Path) -> None:
    assert told in refusal(text, tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("COLUMNS = frozense({'a'})\n", "'frozense' is not defined. Did you mean frozenset?"),
        ("PROFILE = Vocabulry()\n", "'Vocabulry' is not defined. Did you mean Vocabulary?"),
        ("X = Profile('x')\n", '. Add "from asnsolve.profiles import Profile".'),
        ("X = Tme('2024')\n", "'Tme' is not defined. Did you mean Time?"),
    ],
)
def test_an_unknown_name_is_looked_for_among_all_that_files_may_use(
    text: str, told: str, tmp_path: Path
) -> None:
    assert refusal(text, tmp_path).endswith(told)


def test_an_encoding_that_does_not_exist_has_no_line(tmp_path: Path) -> None:
    told = refusal("# -*- coding: nothere -*-\n", tmp_path)
    assert told == ": not Python: unknown encoding: nothere"


@pytest.mark.parametrize("text", ["raise ValueError", "raise SystemExit(0)", "1 / 0", "return 3"])
def test_an_error_may_have_no_text(text: str, tmp_path: Path) -> None:
    odd = f"class E(Exception):\n    def __str__(self):\n        {text}\n    __notes__ = __str__\n"
    told = refusal(f"{odd}raise E\n", tmp_path)
    assert told.endswith("running the file failed: E: <exception str() failed>")


@pytest.mark.parametrize("error", ["ValueError('odd')", "SystemExit(0)", "KeyboardInterrupt"])
@pytest.mark.parametrize(
    "text",
    [
        rule() + "X = Odd()\n",
        rule() + "X = (Odd(), 1)\n",
        rule() + "DOMAIN = Odd()\n",
        rule() + "EXAMPLES = (Odd(),)\n",
        rule() + "COLUMNS = Odd()\n",
        rule() + "COLUMNS = (Text('my'),)\n",
        rule(name="Odd()"),
        rule(clauses="(Clause('a', Odd()),)"),
        rule(name="Text('Asn_X')"),
    ],
)
def test_whatever_its_values_raise_is_its_mistake(text: str, error: str, tmp_path: Path) -> None:
    told = refusal(HEAD + ODD.replace("{error}", error) + text, tmp_path)
    assert ENDS in told or f"running the file failed: {error[:10]}" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (rule(asn_type="Text('x3')"), "asn_type: is a Text; expected text. Put str(...) around"),
        (rule(clauses="Several((Clause('a', IMAGE),))"), "clauses: is a Several; expected a tuple"),
        (rule(steps="Odd()"), "steps: is an Odd; expected a tuple of a step"),
        (rule(kind="Own"), "rule Asn_X: is an Own; expected Rule(...)"),
        (
            rule() + "from asnsolve.rules.domain import Domain\n"
            "class M(dict): __iter__ = Odd.__repr__\nDOMAIN = Domain(values=M())\n",
            "field DOMAIN.values: is a M; expected a dict",
        ),
    ],
)
def test_values_with_code_of_their_own_are_refused(text: str, told: str, tmp_path: Path) -> None:
    assert told in refusal(HEAD + ODD.replace("{error}", "ValueError") + text, tmp_path)


def test_no_command_takes_the_end_of_a_file_for_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.py"
    path.write_text("import sys\nsys.exit(0)\n")
    assert main(["generate", "--demo", "-r", str(path), "-p", str(tmp_path / "out")]) == 2
    assert ENDS in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_while_a_file_runs_is_no_mistake_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("import signal\nsignal.raise_signal(signal.SIGINT)\n")
    with pytest.raises(KeyboardInterrupt):
        load_rules(path)


def test_a_mistake_of_asnsolve_is_not_blamed_on_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(HEAD + rule())
    monkeypatch.delattr(load, "check_rules")
    with pytest.raises(NameError) as caught:
        load_rules(path)
    assert caught.value.__notes__ == [f"while loading {path}"]

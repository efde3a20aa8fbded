"""Plugin of pytest: ``pytest --asnsolve-rules FILE`` tries every law of solving on rules.

Pytest loads it in every run, so it imports nothing heavy until it is asked for rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from asnsolve.rules.rule_set import RuleSet
    from asnsolve.testing import FuzzReport


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin.

    Parameters
    ----------
    parser : pytest.Parser
        The parser of pytest.
    """
    group = parser.getgroup("asnsolve", "rules of asnsolve on random pools")
    group.addoption(
        "--asnsolve-rules",
        action="append",
        default=[],
        metavar="RULES",
        help="try every law of solving on this rule set or file of rules (may be repeated)",
    )
    group.addoption(
        "--asnsolve-examples",
        type=int,
        default=200,
        metavar="N",
        help="number of random pools for each law (default: 200)",
    )
    group.addoption(
        "--asnsolve-seed", type=int, default=0, metavar="S", help="seed of the pools (default: 0)"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Add a test for each law and each of the rules that were given.

    Parameters
    ----------
    session : pytest.Session
        The run.
    items : list of pytest.Item
        The tests, to which those of the laws are added.

    Raises
    ------
    pytest.UsageError
        If rules cannot be loaded, or hypothesis is not installed.
    """
    from asnsolve.errors import AsnsolveError

    for source in session.config.getoption("asnsolve_rules"):
        try:
            collector = RuleCollector.from_parent(session, name=source, nodeid=source)
            items.extend(collector.collect())
        except AsnsolveError as error:
            raise pytest.UsageError(str(error)) from error


class RuleCollector(pytest.Collector):
    """Collects a test of each law for some rules; `name` is their name or file."""

    rules: RuleSet

    def collect(self) -> Iterator[pytest.Item]:
        """Make a test of each law.

        Yields
        ------
        pytest.Item
            One for each law.
        """
        from asnsolve.rules.load import load_rules
        from asnsolve.testing import LAWS

        self.rules = load_rules(self.name)
        for law in LAWS:
            yield LawItem.from_parent(self, name=law)

    @cached_property
    def report(self) -> FuzzReport:
        """What is found of all laws that are tried: each pool is solved once for all of them."""
        from asnsolve.testing import fuzz

        return fuzz(
            self.rules,
            examples=self.config.getoption("asnsolve_examples"),
            seed=self.config.getoption("asnsolve_seed"),
            laws=[item.name for item in self.session.items if item.parent is self],
        )


class LawItem(pytest.Item):
    """A test that tries the law of its name on random pools for the rules of its collector."""

    def runtest(self) -> None:
        """Try the law; fail with the smallest pool that breaks it."""
        from asnsolve.report.broken_laws import fuzz_lines, repeat_command

        collector = self.parent
        assert isinstance(collector, RuleCollector)
        report = collector.report
        failures = tuple(failure for failure in report.failures if failure.law == self.name)
        if failures:
            alone = replace(report, laws=(self.name,), failures=failures)
            command = repeat_command(alone, [collector.name], None)
            pytest.fail("\n".join(fuzz_lines(alone, (), command)), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say what is tried.

        Returns
        -------
        tuple of (Path, None, str)
            The directory of the run, no line, and the rules with the law.
        """
        return self.path, None, self.nodeid

"""What a check finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Exposure", "Finding", "Kind", "Report"]

Exposure = Mapping[str, str | None]
"""Attributes of an exposure; None where one is not set."""

Kind = Literal[
    "gap", "overlap", "dead rule", "dead value", "dead clause", "need", "name", "declaration"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is found in a rule set.

    Parameters
    ----------
    kind : Kind
        *gap*: exposures that break a promise. *overlap*: exposures that two rules take as science.
        *dead rule*, *dead value*, *dead clause*: a rule, a value that a clause admits, or a clause
        that makes no difference to any exposure. *need*: a need that no exposure can meet. *name*:
        a key that product names do not tell. *declaration*: what is declared is not so.
    level : int
        Level of the rules.
    rules : tuple of str
        Rules that are concerned, with a variant after a colon.
    subject : str
        Clause, value, role or attribute.
    says : str
        What is found, in English; of exposures, all those of which it is true.
    witness : mapping of str to str or None
        An exposure of which it is true; empty if no exposure can show it.
    reason : str or None
        Why it is known, if it is declared.
    """

    kind: Kind
    level: int
    rules: tuple[str, ...]
    subject: str
    says: str
    witness: Exposure
    reason: str | None = None

    def __str__(self) -> str:
        """Write it as one line of prose."""
        about = [" and ".join(self.rules), self.subject]
        where = ", ".join([f"{self.kind} at level {self.level}", *filter(None, about)])
        return f"{where}: {self.says}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of a rule set found.

    Parameters
    ----------
    rules : str
        Name of the rule set.
    findings : tuple of Finding
        All of them: those that are declared too.
    promises : tuple of str
        What was promised, in sentences.
    """

    rules: str
    findings: tuple[Finding, ...]
    promises: tuple[str, ...] = ()

    @property
    def undeclared(self) -> tuple[Finding, ...]:
        """Findings that nobody declared."""
        return tuple(finding for finding in self.findings if finding.reason is None)

    @property
    def complete(self) -> bool:
        """Whether every promise is kept, but for declared gaps."""
        return not any(finding.kind == "gap" for finding in self.undeclared)

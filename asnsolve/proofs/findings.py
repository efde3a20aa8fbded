"""Findings of a check, and the report that lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from asnsolve.displays import public_names
from asnsolve.proofs.report_display import report_html, report_text
from asnsolve.rules.domain import Kind

Exposure = Mapping[str, str | None]
"""Attributes of an exposure; None for one that is not set."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about a rule set.

    Parameters
    ----------
    kind : Kind
        *gap*: exposures that break a promise. *overlap*: exposures that two rules take as science.
        *role overlap*: exposures that two rules take, at least one of them not as science.
        *implied rule*: a rule whose exposures another rule takes too, all of them.
        *dead rule*, *dead value*, *dead clause*: a rule, a value that a clause admits, or a clause
        that makes no difference to any exposure. *need*: a need that no exposure can meet, or
        needs that contradict each other. *role*: a role of members that association files may not
        have. *name*: a key that product names do not tell. *declaration*: a declaration that is
        not true.
    level : int
        Level of the rules.
    rules : tuple of str
        The rules concerned, with a variant after a colon.
    subject : str
        Clause, value, role or attribute.
    says : str
        The finding in English; it describes all the exposures for which it is true.
    witness : mapping of str to str or None
        An exposure for which it is true; empty if no single exposure can show it.
    reason : str or None
        The declared reason; None if the finding is not declared.
    exposures : tuple of str
        Which exposures the finding is about, if `says` does not say it: one sentence for each box
        of them.
    matters : tuple of str
        The attributes of the witness that matter. Others may have any value that an exposure with
        these values can have.
    promises : tuple of str
        The promises that a gap breaks, in sentences; empty for other kinds.

    Examples
    --------
    >>> from asnsolve import check, load_rules
    >>> report = check(load_rules("level3-2017"))
    >>> finding = next(one for one in report.findings if one.kind == "gap")
    >>> finding.level, finding.reason
    (3, 'darks and guider exposures, which have no filter, are not combined')
    """

    kind: Kind
    level: int
    rules: tuple[str, ...]
    subject: str
    says: str
    witness: Exposure
    reason: str | None = None
    exposures: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The kind of the finding, its level, rules and subject, and what it says."""
        word = "promise" if len(self.promises) == 1 else "promises"
        broken = " and ".join(f'"{promise}"' for promise in self.promises)
        about = [" and ".join(self.rules), self.subject, broken and f"against the {word} {broken}"]
        where = ", ".join([f"{self.kind} at level {self.level}", *filter(None, about)])
        return f"{where}: {self.says}"

    def __str__(self) -> str:
        """Write it as one line of prose."""
        return self.title + (f" with {'; or '.join(self.exposures)}" if self.exposures else "")


@dataclass(frozen=True, slots=True)
class Report:
    """The result of checking a rule set.

    Parameters
    ----------
    rules : str
        Name of the rule set.
    findings : tuple of Finding
        All findings, declared ones included.
    promises : tuple of str
        The promises that were checked, in sentences.

    Examples
    --------
    >>> from asnsolve import check, load_rules
    >>> report = check(load_rules("level3-2017"))
    >>> report.rules, len(report.undeclared)
    ('level3-2017', 0)
    """

    rules: str
    findings: tuple[Finding, ...]
    promises: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Show how many findings there are of each kind."""
        return report_text(self)

    def _repr_html_(self) -> str:
        """Show more of it in a notebook."""
        return report_html(self)

    def __dir__(self) -> list[str]:
        """List the public names, for completion."""
        return public_names(object.__dir__(self))

    @property
    def undeclared(self) -> tuple[Finding, ...]:
        """Findings that are not declared."""
        return tuple(finding for finding in self.findings if finding.reason is None)

    @property
    def complete(self) -> bool:
        """Whether every promise is kept, except for declared gaps."""
        return not any(finding.kind == "gap" for finding in self.undeclared)

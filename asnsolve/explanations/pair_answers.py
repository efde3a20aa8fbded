"""Answers about two exposures, and about a missing one, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from asnsolve.differences.compare import Difference
from asnsolve.explanations.answers import ClauseAnswer
from asnsolve.profiles import FileNames, default_profile


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """A key for which two exposures have no value in common.

    Parameters
    ----------
    clause : str
        Clause of the key.
    first, second : str
        Values of the first and of the second exposure, joined by ``or``.
    """

    clause: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """What a rule finds between two exposures.

    Parameters
    ----------
    rule, variant : str
        Name of the rule, and what tells it apart from rules of the same name.
    roles : tuple of (str, str)
        Roles that it gives them.
    together : tuple of str
        File names of its associations that hold both.
    refused : tuple of (str, ClauseAnswer)
        The clauses that refuse one of them, with the file name of that exposure.
    keys : tuple of KeyAnswer
        Keys for which they have no value in common.
    share_scope : bool
        Whether the rule is solved in a scope that has both.
    files : FileNames
        How the mission names files, for the text.
    """

    rule: str
    variant: str
    roles: tuple[str, str]
    together: tuple[str, ...]
    refused: tuple[tuple[str, ClauseAnswer], ...]
    keys: tuple[KeyAnswer, ...]
    share_scope: bool
    files: FileNames = field(
        default_factory=lambda: default_profile().files, compare=False, repr=False
    )

    @property
    def distance(self) -> int:
        """How many obstacles are between them."""
        return len(self.refused) + len(self.keys) + (not self.share_scope)


@dataclass(frozen=True, slots=True)
class Together:
    """Why two exposures are together, or are not.

    Parameters
    ----------
    first, second : str
        File names.
    rules : tuple of PairAnswer
        What each rule finds: first the rules that have them together, then the nearest.
    """

    first: str
    second: str
    rules: tuple[PairAnswer, ...]

    def __str__(self) -> str:
        """Return the answer as prose."""
        from asnsolve.explanations.pair_prose import together_text

        return together_text(self)


@dataclass(frozen=True, slots=True)
class Absence:
    """What a missing exposure undoes.

    Parameters
    ----------
    exposure : str
        File name.
    differences : tuple of Difference
        How the associations without the exposure differ from those with it. Associations that lose
        the exposure alone are among them.
    orphaned : tuple of str
        File names of the exposures that are in an association only if it is there.
    files : FileNames
        How the mission names files, for the text.
    """

    exposure: str
    differences: tuple[Difference, ...]
    orphaned: tuple[str, ...]
    files: FileNames = field(
        default_factory=lambda: default_profile().files, compare=False, repr=False
    )

    def __str__(self) -> str:
        """Return the answer as prose."""
        from asnsolve.explanations.pair_prose import absence_text

        return absence_text(self)

"""Examples of rules: small pools with the associations that are expected of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Example:
    """A small pool, and the associations that rules make of it.

    Parameters
    ----------
    says : str
        What the example shows, in one line.
    pool : str
        The pool as '|' text, with the columns that matter. Lines may be indented. Without the
        columns program and asn_candidate it is observation 1 of program 1.
    expected : str
        One association per line: rule, id, and the exposures of each role, as
        ``Asn_Lamp o001: science a b, dark d``. Exposures have their names in the pool, without
        stage and extension. The type of the association may follow the id, and the name of its
        product may come last, after ``->``.
    orphans : str
        The exposures that are in no association.
    shared : mapping of str to str
        Columns that have the same value in every row.
    """

    says: str
    pool: str
    expected: str = ""
    orphans: str = ""
    shared: Mapping[str, str] = field(default_factory=dict)

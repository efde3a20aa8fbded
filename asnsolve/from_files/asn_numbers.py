"""Numbers of association files after some were made or dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from asnsolve.associations.association import Association
from asnsolve.profiles import FILE_ENDING


def name_without_number(file_name: str) -> str:
    """Return the name of an association file before its number.

    Parameters
    ----------
    file_name : str
        The name, as the rules give it.

    Returns
    -------
    str
        Program, id and type.
    """
    return file_name.removesuffix(FILE_ENDING).rpartition("_")[0]


def renumbered(associations: Sequence[Association], heads: Collection[str]) -> list[Association]:
    """Give new numbers to associations, in their order.

    Parameters
    ----------
    associations : sequence of Association
        The associations.
    heads : collection of str
        Names without number of the files that get new numbers.

    Returns
    -------
    list of Association
        In the same order; each number has as many digits as before.
    """
    numbers: Counter[str] = Counter()

    def numbered(association: Association) -> Association:
        head = name_without_number(association.file_name)
        if head not in heads:
            return association
        numbers[head] += 1
        digits = len(association.file_name.removesuffix(FILE_ENDING)) - len(head) - 1
        name = f"{head}_{numbers[head]:0{digits}d}{FILE_ENDING}"
        return replace(association, file_name=name)

    return list(map(numbered, associations))

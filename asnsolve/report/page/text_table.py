"""Texts that a page holds once, however often it shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TextTable:
    """Numbers for texts, from 0 in the order in which they are first asked for."""

    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str | None) -> int:
        """Return the number of a text.

        Parameters
        ----------
        text : str or None
            The text; None for no text.

        Returns
        -------
        int
            -1 for no text.
        """
        return -1 if text is None else self._numbers.setdefault(text, len(self._numbers))

    def column(self, texts: Iterable[str | None]) -> int | list[int]:
        """Return the numbers of a column of texts.

        Parameters
        ----------
        texts : iterable of str or None
            The column; None for no text.

        Returns
        -------
        int or list of int
            One number where all texts are the same, which keeps pages small.
        """
        numbers = [self.number(text) for text in texts]
        return numbers[0] if len({*numbers}) == 1 else numbers

    @property
    def texts(self) -> list[str]:
        """All texts, by number."""
        return [*self._numbers]


def ranges(places: Iterable[int]) -> list[int]:
    """Write ascending numbers as ranges.

    Parameters
    ----------
    places : iterable of int
        The numbers.

    Returns
    -------
    list of int
        First number and length of each range, in turn.

    Examples
    --------
    >>> ranges([3, 4, 5, 9])
    [3, 3, 9, 1]
    """
    found: list[int] = []
    for place in places:
        if found and found[-2] + found[-1] == place:
            found[-1] += 1
        else:
            found += [place, 1]
    return found

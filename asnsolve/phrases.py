"""Small pieces of English: counts of things, and lists with a conjunction."""

from __future__ import annotations

from collections.abc import Iterable


def count_text(number: int, noun: str) -> str:
    """Say how many things there are.

    Parameters
    ----------
    number : int
        How many.
    noun : str
        The thing in the singular; its plural must end in ``s``.

    Returns
    -------
    str

    Examples
    --------
    >>> count_text(1, "file"), count_text(2, "file")
    ('1 file', '2 files')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def and_more(first: object, count: int) -> str:
    """Name one of several things, and say how many more there are.

    Parameters
    ----------
    first : object
        The thing.
    count : int
        How many there are, with this one.

    Returns
    -------
    str

    Examples
    --------
    >>> and_more("a.fits", 3), and_more("a.fits", 1)
    ('a.fits and 2 more', 'a.fits')
    """
    return f"{first} and {count - 1} more" if count > 1 else str(first)


def listed(texts: Iterable[str], conjunction: str = "and") -> str:
    """Join texts as a sentence lists them.

    Parameters
    ----------
    texts : iterable of str
        At least one.
    conjunction : str
        The word before the last of several.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(["red", "green", "blue"]), listed(["red"])
    ('red, green and blue', 'red')
    """
    *most, last = texts
    return f"{', '.join(most)} {conjunction} {last}" if most else last

"""Texts of names, made from the values of a pool."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

ADMITTED: Final = "a-z0-9.+-"
"""What the parts of names are made of, for regular expressions.

``_`` is not admitted: it separates the parts of a name.
"""

_FOREIGN: Final = re.compile(f"[^{ADMITTED}]")


def whole_number(text: str) -> int | None:
    """Read a number that counts something, as observations are counted.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    int or None
        The number; None if the text is anything but one to nine decimal digits. Other digits, as
        in ``²``, are not all numbers to `int`, nor are very many.
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def value_text(text: str) -> str:
    """Make a value fit for a name.

    Blanks around it are removed, letters become lower case, and every character except letters,
    digits and ``. + -`` becomes ``-``. Different values may therefore get one text; products that
    then share a name are reported.

    Parameters
    ----------
    text : str
        The value.

    Returns
    -------
    str
        The text for the name; ``none`` if nothing is left of the value.
    """
    return _FOREIGN.sub("-", text.strip().lower()) or "none"


def optics_text(elements: Sequence[Sequence[str]]) -> str:
    """Write optical elements as in names, without those that are ``clear``.

    Parameters
    ----------
    elements : sequence of sequence of str
        The values that the members have for each optical element of the rule, in the order of the
        rule; empty for an element that they have no value of.

    Returns
    -------
    str
        The values joined with ``-``, those of one element sorted; ``clear`` if there are none.

    Examples
    --------
    >>> optics_text([["f140m"], ["gr150r", "gr150c", "gr150r"]])
    'f140m-gr150c-gr150r'
    """
    texts: list[str] = []
    for values in elements:
        texts += sorted({value_text(value) for value in values if value.strip()} - {"clear"})
    return "-".join(texts) or "clear"


def elements_text(elements: Sequence[Sequence[str]]) -> str:
    """Write optical elements as in the names of today's rules: all of them, sorted.

    Parameters
    ----------
    elements : sequence of sequence of str
        The values that the members have for each optical element of the rule.

    Returns
    -------
    str
        The values joined with ``-``; ``clear`` if there are none.

    Examples
    --------
    >>> elements_text([["f444w"], ["clear"]])
    'clear-f444w'
    """
    texts = ["-".join(sorted({*map(value_text, values)})) for values in elements if values]
    return "-".join(sorted(texts)) or "clear"


def date_text(mjd: float) -> str:
    """Write a time for a name, without a dot, at which the pipeline would cut the name.

    Parameters
    ----------
    mjd : float
        A modified Julian date.

    Returns
    -------
    str
        Date and time to the minute; ``mjd`` and a whole number for years beyond 1 to 9999.

    Examples
    --------
    >>> date_text(59812.25)
    '20220821t0600'
    """
    try:
        moment = datetime(1858, 11, 17) + timedelta(days=mjd)
    except OverflowError:
        return f"mjd{mjd:.0f}"
    return f"{moment:%Y%m%dt%H%M}"


def position_text(ra: float, dec: float) -> str:
    """Write a position on the sky for a name, as designations of sources are written.

    Parameters
    ----------
    ra, dec : float
        Right ascension and declination, in degrees.

    Returns
    -------
    str
        The letter j, then hours, minutes and seconds, then degrees, minutes and seconds; all cut
        off, not rounded.

    Examples
    --------
    >>> position_text(10.68470, 41.26904)
    'j004244+411608'
    """
    # A little is added, so that whole seconds stay whole.
    hours, degrees = int(ra * 240 + 1e-6), int(abs(dec) * 3600 + 1e-6)
    right, up = (f"{s // 3600:02d}{s // 60 % 60:02d}{s % 60:02d}" for s in (hours, degrees))
    return f"j{right}{'-' if dec < 0 else '+'}{up}"

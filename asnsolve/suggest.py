"""Suggest what was meant by an unknown word."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Ask whether one of the closest known words was meant.

    Parameters
    ----------
    word : str
        The unknown word.
    known : iterable of str
        The known words.

    Returns
    -------
    str
        A question that names at most three words; empty if none is close.
    """
    # Sorted, because `known` may be a set, and ties must not depend on its order.
    close = get_close_matches(word, sorted(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else ""

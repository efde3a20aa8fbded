"""What the headers of a mission's files say about an exposure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def _nothing(_row: Mapping[str, str]) -> dict[str, str]:
    """Derive no column."""
    return {}


@dataclass(frozen=True, slots=True)
class Headers:
    """How a mission describes exposures in the headers of their files.

    Parameters
    ----------
    keywords : mapping of str to str
        The keyword of the primary header, in lower case, that holds each column.
    required : tuple of str
        Columns without which a header is not that of an exposure.
    defaults : mapping of str to str
        Values of columns that can neither be read nor derived.
    derived : callable
        Derives columns that headers lack from the cells of a row. It takes and returns cells by
        column, and must be a function of a module, so that pools can be pickled.
    identity : tuple of str
        Columns that identify an exposure, whatever its file is called. The name of the file does
        if they are empty, or if one of them is unknown.
    targets : tuple of str
        Columns that name the target of an exposure; earlier ones take precedence.
    products : tuple of str
        Keywords in lower case that name products whose names hold numbers of targets.

    Examples
    --------
    >>> from asnsolve.profiles import Headers
    >>> headers = Headers({"program": "propid", "filter": "filtnam1"}, required=("program",))
    >>> headers.keywords["program"], headers.derived({"program": "7"})
    ('propid', {})
    """

    keywords: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    derived: Callable[[Mapping[str, str]], dict[str, str]] = _nothing
    identity: tuple[str, ...] = ()
    targets: tuple[str, ...] = ("targname",)
    products: tuple[str, ...] = ()

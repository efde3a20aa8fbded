"""The parts of names: their form, what fills them, and parsed names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Part(NamedTuple):
    """The form of one part of a name: as a regular expression, and described for messages.

    Parameters
    ----------
    pattern : str
        The regular expression.
    description : str
        What it admits.

    Examples
    --------
    >>> from asnsolve import Part
    >>> Part("[0-9]{5}", "five digits").description
    'five digits'
    """

    pattern: str
    description: str


@dataclass(frozen=True, slots=True)
class ProductName:
    """A parsed product name.

    Parameters
    ----------
    program, asn_id : str
        Parts of the name.
    target : str
        Target, such as ``t001``; in the names that the pipeline gives to the spectra of sources,
        the source, such as ``s000000001``, or both.
    instrument : str
        Part of the name.
    opt : str or None
        Optical elements; None if the name has no such part.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> names = load_rules("jwst").profile.names
    >>> names.parse_product_name("jw09802-c1001_t001_niriss_f430m").target
    't001'
    """

    program: str
    asn_id: str
    target: str
    instrument: str
    opt: str | None = None


@dataclass(frozen=True, slots=True)
class FileName:
    """The parsed name of an association file.

    Parameters
    ----------
    program, asn_id : str
        Parts of the name.
    version_id : str or None
        Version tag of the run; None if the name has no such part.
    asn_type : str
        Type of the association.
    number : int
        Number among the associations of one id and type.
    digits : int
        Number of digits that the number is written with.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> names = load_rules("jwst").profile.names
    >>> names.parse_file_name("jw09802-c1001_ami3_00001_asn.json").asn_type
    'ami3'
    """

    program: str
    asn_id: str
    version_id: str | None
    asn_type: str
    number: int
    digits: int


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder of a product name, and what is put in its place.

    Parameters
    ----------
    says : str
        A description, for messages and pages.
    attribute : str
        The attribute whose value the name shows; empty if there is none, or several.
    clauses : str
        Prefix of the names of the clauses whose values the name shows; empty if there are none.
    left_out : tuple of str
        Values that are left out of names, such as ``full`` for a subarray.
    width : int
        Minimum number of characters; shorter texts are padded with zeros.

    Examples
    --------
    >>> from asnsolve import Placeholder
    >>> Placeholder("visit", "visit", width=3).attribute
    'visit'
    """

    says: str
    attribute: str = ""
    clauses: str = ""
    left_out: tuple[str, ...] = ()
    width: int = 0

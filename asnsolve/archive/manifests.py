"""Containers on object stores: an object for each program, and a manifest that is written last.

The container ``s3://bucket/asn/pool.parquet`` is a directory::

    program=01234/associations.parquet   a container with the associations of the program
    program=01235/associations.parquet
    _manifest.json                       names, sizes and digests of all these

It is whole if it has a manifest and the objects are what the manifest says. Readers of partitioned
data, such as pyarrow and Spark, pass over names that begin with an underscore. While several
processes write the objects, ``_unfinished`` says that all of them are of one run and its reruns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson

from asnsolve.errors import AssociationError, Location, Problem
from asnsolve.file_systems import Url, in_threads, is_object, object_content, url_errors
from asnsolve.temporary import temporary_folder

MANIFEST: Final = "_manifest.json"
"""Name of the object that lists the others."""

UNFINISHED: Final = "_unfinished"
"""Name of the object that is there while workers write the others."""

_AGAIN: Final = "Write it again with the same command: objects that exist are kept."


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of a container, as the manifest describes it.

    Parameters
    ----------
    name : str
        Path in the directory of the container.
    associations : int
        Number of associations in it.
    size : int
        Number of bytes.
    digest : str
        SHA-256 of its content, in hexadecimal digits.
    """

    name: str
    associations: int
    size: int
    digest: str

    def is_content(self, content: bytes) -> bool:
        """Tell whether bytes are the content of the object.

        Parameters
        ----------
        content : bytes
            What was read.

        Returns
        -------
        bool
        """
        return len(content) == self.size and sha256(content).hexdigest() == self.digest


def manifest_content(objects: Iterable[StoredObject]) -> bytes:
    """Write a manifest.

    Parameters
    ----------
    objects : iterable of StoredObject
        The objects, in the order of their associations.

    Returns
    -------
    bytes
        JSON.
    """
    listed = [*objects]
    count = sum(one.associations for one in listed)
    data = {"associations": count, "objects": listed}
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def local_copies(url: Url) -> Iterator[tuple[Url, Path] | Problem]:
    """Copy the objects of a container to this machine, one after the other.

    Parameters
    ----------
    url : Url
        The container: a directory with a manifest, or one object.

    Yields
    ------
    (Url, Path) or Problem
        Each object, with its copy, which is removed afterwards; or a problem if it is missing or
        not what was written.

    Raises
    ------
    AssociationError
        If there is no manifest, or the store cannot be used.
    """
    with url_errors(AssociationError, url):
        objects = None if is_object(url) else _listed(url)
    with temporary_folder() as folder:
        copy = folder / "copy"
        if objects is None:
            with url_errors(AssociationError, url):
                copy.write_bytes(object_content(url))
            yield url, copy
            return
        for one, content in in_threads(lambda one: (one, _content(url, one)), objects):
            if isinstance(content, Problem):
                yield content
            else:
                copy.write_bytes(content)
                yield url / one.name, copy


def _listed(url: Url) -> list[StoredObject]:
    """Read the manifest of a container."""
    try:
        text = object_content(url / MANIFEST)
    except FileNotFoundError as error:
        what = f"there is no whole container: it has no {MANIFEST}, which is written last"
        raise AssociationError(Problem(what, Location(str(url)), advice=_AGAIN)) from error
    try:
        return [StoredObject(**one) for one in orjson.loads(text)["objects"]]
    except (ValueError, TypeError, KeyError) as error:
        what = "the manifest is damaged"
        raise AssociationError(Problem(what, Location(str(url / MANIFEST)))) from error


def _content(url: Url, one: StoredObject) -> bytes | Problem:
    where = Location(str(url / one.name))
    try:
        content = object_content(url / one.name)
    except FileNotFoundError:
        return Problem("the object is missing", where, advice=_AGAIN)
    except (OSError, ValueError) as error:
        return Problem(f"the object cannot be read: {error}", where)
    if one.is_content(content):
        return content
    what = f"the object has changed since it was written: it has {len(content)} bytes"
    return Problem(what, where, f"{one.size} bytes with the SHA-256 {one.digest}")

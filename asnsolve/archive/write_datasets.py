"""Writing containers on object stores; see `asnsolve.archive.manifests`.

Each object appears whole. If a run is interrupted, the same run goes on with what is missing.
Either one process writes all objects, or processes write those of their parts into a new container.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from asnsolve.archive.manifests import MANIFEST, UNFINISHED, StoredObject, manifest_content
from asnsolve.archive.write_containers import container_content
from asnsolve.errors import AssociationError, UsageError, occupied
from asnsolve.file_systems import (
    Url,
    delete_object,
    files_below,
    in_threads,
    object_content,
    url_errors,
    write_object,
)
from asnsolve.profiles import default_profile

Parts = Callable[[], Iterable[pa.Table]]
Objects = Mapping[str, StoredObject]


def write_dataset(parts: Parts, url: Url, kind: str, *, replace: bool = False) -> int:
    """Write associations as an object for each program and, when all are there, a manifest.

    Objects that are there already with the same content are left alone.

    Parameters
    ----------
    parts : callable
        Returns the associations program by program, as tables with the columns of
        `ASSOCIATION_SCHEMA`; called twice if there are objects already.
    url : Url
        The container.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    replace : bool
        Whether to replace objects that have other content, and to delete others.

    Returns
    -------
    int
        Number of associations.

    Raises
    ------
    AssociationError
        If an object cannot be written.
    UsageError
        Before anything is written, if there are other objects or the container has other
        associations, and may not be replaced.
    """
    present = _present(url)
    is_marked = present.pop(UNFINISHED, None) is not None
    # Objects that workers left behind do not make up a whole container.
    replace = replace or (is_marked and MANIFEST not in present)
    kept: frozenset[str] = frozenset()
    if present:
        objects, kept = _compared(parts, url, kind, present)
        others = present.keys() - kept
        if _is_same(url / MANIFEST, manifest_content(objects)):
            others -= {MANIFEST}
        if others and not replace:
            raise UsageError(occupied(str(url)))
        # Without its manifest, the container is not whole until it has a new one.
        for names in others & {MANIFEST}, others - {one.name for one in objects} - {MANIFEST}:
            _done(in_threads(_deleting, [url / name for name in sorted(names)]))
    written: list[StoredObject] = []

    def contents() -> Iterator[tuple[Url, bytes]]:
        for one, content in _objects(parts(), kind):
            written.append(one)
            if one.name not in kept:
                yield url / one.name, content

    _done(in_threads(_writing, contents()))
    manifest = manifest_content(written)
    if not _is_same(url / MANIFEST, manifest):
        _done(in_threads(_writing, [(url / MANIFEST, manifest)]))
    if is_marked:
        _done(in_threads(_deleting, [url / UNFINISHED]))
    return sum(one.associations for one in written)


def begin_dataset(url: Url) -> bool:
    """Begin a container whose objects workers write, if there is none yet.

    Parameters
    ----------
    url : Url
        The container.

    Returns
    -------
    bool
        Whether workers may write; False if there are objects of another run.

    Raises
    ------
    AssociationError
        If the store cannot be used.
    """
    present = _present(url)
    if present and (UNFINISHED not in present or MANIFEST in present):
        return False
    _done(in_threads(_writing, [(url / UNFINISHED, b"")]))
    return True


@dataclass(frozen=True, slots=True)
class Target:
    """A container that `begin_dataset` has begun.

    Parameters
    ----------
    url : Url
        The container.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    """

    url: Url
    kind: str

    def write(self, parts: Iterable[pa.Table]) -> dict[str, StoredObject]:
        """Write the objects of some programs.

        Parameters
        ----------
        parts : iterable of pyarrow.Table
            Their associations, program by program, as `write_dataset` takes them.

        Returns
        -------
        dict of str to StoredObject
            The objects by program.

        Raises
        ------
        AssociationError
            If an object cannot be written.
        """
        written: dict[str, StoredObject] = {}

        def contents() -> Iterator[tuple[Url, bytes]]:
            for program, tables in _by_program(parts):
                one, content = _object(program, tables, self.kind)
                written[program] = one
                yield self.url / one.name, content

        _done(in_threads(_writing, contents()))
        return written

    def end(self, parts: Iterable[pa.Table], objects: Objects) -> int:
        """Write the manifest, when all parts have been written.

        Parameters
        ----------
        parts : iterable of pyarrow.Table
            The associations that workers have not written, as `write_dataset` takes them.
        objects : mapping of str to StoredObject
            By program, what workers have written. Programs that are among `parts` are written
            again.

        Returns
        -------
        int
            Number of associations.

        Raises
        ------
        AssociationError
            If an object cannot be written.
        """
        written = {**objects, **self.write(parts)}
        listed = [written[program] for program in sorted(written)]
        # A run that was interrupted may have found other programs.
        others = _present(self.url).keys() - {one.name for one in listed} - {UNFINISHED}
        _done(in_threads(_deleting, [self.url / name for name in sorted(others)]))
        _done(in_threads(_writing, [(self.url / MANIFEST, manifest_content(listed))]))
        _done(in_threads(_deleting, [self.url / UNFINISHED]))
        return sum(one.associations for one in listed)


def _present(url: Url) -> dict[str, int]:
    with url_errors(AssociationError, url, "cannot be written"):
        return files_below(url)


def _compared(
    parts: Parts, url: Url, kind: str, present: dict[str, int]
) -> tuple[list[StoredObject], frozenset[str]]:
    """Return the objects that are to be there, and the names of those that are."""

    def is_there(one: StoredObject) -> bool:
        if present.get(one.name) != one.size:
            return False
        with url_errors(AssociationError, url / one.name):
            return one.is_content(object_content(url / one.name))

    objects = [one for one, _ in _objects(parts(), kind)]
    there = zip(objects, in_threads(is_there, objects), strict=True)
    return objects, frozenset(one.name for one, is_kept in there if is_kept)


def _is_same(url: Url, content: bytes) -> bool:
    """Tell whether there is an object of this content."""
    with url_errors(AssociationError, url):
        try:
            return object_content(url) == content
        except FileNotFoundError:
            return False


def _objects(parts: Iterable[pa.Table], kind: str) -> Iterator[tuple[StoredObject, bytes]]:
    """Make the objects of a container."""
    for program, tables in _by_program(parts):
        yield _object(program, tables, kind)


def _object(program: str, tables: Sequence[pa.Table], kind: str) -> tuple[StoredObject, bytes]:
    content = container_content(tables, kind)
    name = f"program={quote(program)}/associations.{kind}"
    count = sum(map(len, tables))
    return StoredObject(name, count, len(content), sha256(content).hexdigest()), content


def _by_program(parts: Iterable[pa.Table]) -> Iterator[tuple[str, list[pa.Table]]]:
    """Put together the associations of each program, which follow one another."""
    last = ""
    waiting: list[pa.Table] = []
    start_of_name = default_profile().names.program_start
    for part in parts:
        found = pc.extract_regex(part["file_name"].combine_chunks(), start_of_name)
        runs = pc.run_end_encode(found.field("program"))
        start = 0
        for program, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            if program != last and waiting:
                yield last, waiting
                waiting = []
            last = program
            waiting.append(part.slice(start, end - start))
            start = end
    if waiting:
        yield last, waiting


def _writing(task: tuple[Url, bytes]) -> None:
    url, content = task
    with url_errors(AssociationError, url, "cannot be written"):
        write_object(url, content)


def _deleting(url: Url) -> None:
    with url_errors(AssociationError, url, "cannot be deleted"):
        delete_object(url)


def _done(results: Iterable[None]) -> None:
    """Wait until all is done."""
    for _ in results:
        pass

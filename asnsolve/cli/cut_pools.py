"""Cut the pool of ``asnsolve generate`` into parts of whole programs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.cli.pools import STDIN, read_pool
from asnsolve.cli.streams import MessageLog, StageTimer
from asnsolve.errors import Problem, doing
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import is_directory, is_file, name_as_text

if TYPE_CHECKING:
    from asnsolve.archive.engines import Engine
    from asnsolve.archive.parts import Part
    from asnsolve.pool.delimited_text import Header
    from asnsolve.pool.raw_table import SetAsideRow

_AT_ONCE = 1 << 24
"""Bytes of text that one process reads."""


@dataclass(frozen=True, slots=True)
class PoolReading:
    """What is known about a pool before its parts are read.

    Parameters
    ----------
    problems : tuple of Problem
        Problems of a pool that was read as a whole.
    set_aside : tuple of SetAsideRow
        Lines of a text that are not rows.
    """

    problems: tuple[Problem, ...] = ()
    set_aside: tuple[SetAsideRow, ...] = ()


_LARGE = 1 << 22
"""Size in bytes of a pool for which all processes should start early."""


def is_large(pool: str | None) -> bool:
    """Tell whether a pool is known to be large without reading it.

    Parameters
    ----------
    pool : str or None
        The pool as it is named on the command line; None for the demonstration pool.

    Returns
    -------
    bool
    """
    if pool is None or pool == STDIN:
        return False
    path = path_or_url(pool)
    if isinstance(path, Url) or is_directory(path):
        return True
    return is_file(path) and path.stat().st_size >= _LARGE


@contextmanager
def cut_pool(
    args: argparse.Namespace, engine: Engine, jobs: int, log: MessageLog, timer: StageTimer
) -> Iterator[tuple[str, list[Part], PoolReading]]:
    """Cut the pool of a command into parts.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of ``asnsolve generate``.
    engine : Engine
        Runs the tasks that read large files.
    jobs : int
        Number of processes.
    log : MessageLog
        Where messages go.
    timer : StageTimer
        Measures how long this takes.

    Yields
    ------
    name : str
        Name of the pool.
    parts : list of Part
        The parts. Their files may exist only until the block ends.
    reading : PoolReading
        What is known about the pool.

    Raises
    ------
    PoolError
        If the pool cannot be read.
    """
    from asnsolve.archive.parts import part_size, parts_of_pool

    cutting = _cut_file(args, engine, jobs, log)
    if cutting is not None:
        with ExitStack() as stack:
            # Time only the cut, although its files exist until the parts are solved.
            with timer.stage("split into parts"):
                found = stack.enter_context(cutting)
            if found[1]:
                yield found
                return
    with timer.stage("read"):
        pool = read_pool(args, log)
    with timer.stage("split into parts"):
        parts = parts_of_pool(pool, args.part_size or part_size(len(pool)))
    yield pool.name, parts, PoolReading(pool.problems, pool.set_aside)


def _cut_file(
    args: argparse.Namespace, engine: Engine, jobs: int, log: MessageLog
) -> AbstractContextManager[tuple[str, list[Part], PoolReading]] | None:
    """Return a block that cuts the pool into parts, or None if it has to be read as a whole."""
    from asnsolve.pool.files import is_parquet, plain_text_header

    if args.demo or args.pool == STDIN:
        return None
    path = path_or_url(args.pool)
    if is_parquet(path, args.pool_format):
        return _parquet_parts(args, path, engine, jobs)
    if isinstance(path, Url) or not is_file(path) or path.stat().st_size < _AT_ONCE:
        return None
    header = plain_text_header(path, args.pool_format, args.delimiter)
    return None if header is None else _text_parts(args, path, header, engine, log)


@contextmanager
def _parquet_parts(
    args: argparse.Namespace, path: Path | Url, engine: Engine, jobs: int
) -> Iterator[tuple[str, list[Part], PoolReading]]:
    from asnsolve.archive.cut_files import parts_of_parquet
    from asnsolve.pool.files import stem

    is_whole = isinstance(path, Path) and is_directory(path)
    name = name_as_text(Path(path.name)) if is_whole else stem(path)
    # Each process reads the rows that it solves, so the pool need not fit into memory.
    with parts_of_parquet(path, name, args.part_size, engine=engine, jobs=jobs) as parts:
        yield name, parts, PoolReading()


@contextmanager
def _text_parts(
    args: argparse.Namespace, path: Path, header: Header, engine: Engine, log: MessageLog
) -> Iterator[tuple[str, list[Part], PoolReading]]:
    from asnsolve.archive.cut_files import parts_of_text
    from asnsolve.pool.files import stem

    log.note(f"reading {path}")
    with ExitStack() as stack:
        with doing(f"reading {path}"):
            cut = parts_of_text(path, header, args.part_size, engine=engine)
            parts, aside = stack.enter_context(cut)
        yield stem(path), parts, PoolReading(set_aside=tuple(aside))

"""What several commands take from their arguments alike: the pool, the version id."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asnsolve.cli.streams import Messages
    from asnsolve.pool.table import Pool

__all__ = ["read_pool", "version_id"]


def read_pool(args: argparse.Namespace, messages: Messages) -> Pool:
    """Read the pool that is asked for, or the demonstration pool."""
    from importlib.resources import as_file

    from asnsolve.pool.table import Pool
    from asnsolve.simulate.demo import demo_pool

    options = {"format": args.pool_format, "delimiter": args.delimiter, "strict": args.strict}
    if args.demo:
        with as_file(demo_pool()) as path:
            return Pool.read(path, **options)
    messages.note(f"reading {args.pool}")
    return Pool.read(args.pool, **options)


def version_id(args: argparse.Namespace) -> str | None:
    """Return the text that is asked for, which may be the time."""
    if args.version_id is True:
        return datetime.now(UTC).strftime("%Y%m%dt%H%M%S")
    version: str | None = args.version_id
    return version

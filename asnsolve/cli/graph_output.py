"""The options of commands that write graphs, and what they write."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asnsolve.cli.command import add_replace, file_to_write
from asnsolve.cli.streams import print_report
from asnsolve.drawings.graph_texts import TEXT_FORMATS, graph_text
from asnsolve.errors import AssociationError, Location, Problem, UsageError, write_errors

if TYPE_CHECKING:
    import networkx

_PICTURES: Final = ("svg", "png", "pdf")
_SUFFIXES: Final = {"gv": "dot", "mmd": "mermaid"} | {
    one: one for one in (*TEXT_FORMATS, *_PICTURES)
}


def add_graph_output(parser: argparse.ArgumentParser) -> None:
    """Add the options.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Where to add them.
    """
    parser.add_argument(
        "--format",
        choices=(*TEXT_FORMATS, *_PICTURES),
        help="format of the graph; svg, png and pdf need asnsolve[plot] (default: that of the "
        "suffix of FILE, or dot)",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=file_to_write,
        help="file for the graph (default: standard output, for formats that are text)",
    )
    add_replace(parser)


def write_graph(args: argparse.Namespace, graph: networkx.DiGraph[str]) -> None:
    """Write a graph in the format that is asked for.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of `add_graph_output`.
    graph : networkx.DiGraph
        The graph.

    Raises
    ------
    AssociationError
        If the file cannot be written.
    UsageError
        If a picture has no file, if the suffix of the file is unknown, if matplotlib is not
        installed, if the file has other content and may not be replaced, or if ``--json`` and
        another format are to go to one stream.
    """
    output: Path | None = args.output
    of_stream = "json" if args.json else "dot"
    kind = args.format or (of_stream if output is None else _kind_of(output))
    if output is None:
        if args.json and kind != "json":
            what = f"--json and --format {kind} cannot both go to standard output"
            raise UsageError(Problem(what, expected=f"one of them, or -o FILE.{kind}"))
        if kind in _PICTURES:
            what = f"--format {kind} needs a file"
            raise UsageError(Problem(what, expected=f"-o FILE.{kind}"))
        print(_content(graph, kind).decode(), end="")
        return
    from asnsolve.atomic import draft_file

    content = _content(graph, kind)
    with (
        write_errors(AssociationError, Location(file=str(output))),
        draft_file(output, replace=args.replace) as draft,
    ):
        draft.stream.write(content)
    counts = {"nodes": len(graph), "edges": graph.number_of_edges()}
    text = f"Wrote {output}: {counts['nodes']} nodes, {counts['edges']} edges"
    print_report(args, {"counts": counts, "written": [output]}, [text])


def _kind_of(output: Path) -> str:
    """Return the format that the suffix of a file names; without suffix, it is DOT."""
    suffix = output.suffix.lower().removeprefix(".")
    if suffix and suffix not in _SUFFIXES:
        what = f"-o {output}: there is no format of graphs with the suffix .{suffix}"
        known = ", ".join(f".{one}" for one in sorted(_SUFFIXES))
        advice = "Or name the format with --format."
        raise UsageError(Problem(what, expected=f"one of {known}", advice=advice))
    return _SUFFIXES.get(suffix, "dot")


def _content(graph: networkx.DiGraph[str], kind: str) -> bytes:
    if kind in _PICTURES:
        from asnsolve.drawings.pictures import draw

        return draw(graph, kind)
    return graph_text(graph, kind).encode()

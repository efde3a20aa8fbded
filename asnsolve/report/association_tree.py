"""Associations as trees in a terminal: products, members by role, and what they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from asnsolve.associations.association import Association, Member
from asnsolve.phrases import count_text
from asnsolve.report.tables import wrapped

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

_MOST_TREES: Final = 12
"""Associations that are shown with their members."""

_MOST_MEMBERS: Final = 12
"""Members of one role that are shown."""

_INDENT: Final = 4
"""Columns that each level of a tree takes."""

_WIDEST: Final = 10_000
"""Columns of the longest line."""

_SHARED: Final = re.compile(r"^(\w+): .* \(((?:(?! is )[^()])+)\)$", re.MULTILINE)
"""A clause in the constraints of a file, with the value that the members share at its end.

A statement in parentheses, which a clause may end with too, says that something *is* something.
"""


def print_trees(
    console: Console, associations: Sequence[Association], *, everything: bool = False
) -> None:
    """Print associations as trees.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    associations : sequence of Association
        The associations, by program and id.
    everything : bool
        Whether to show all associations with all members. Without it, more than a few associations
        are listed by candidate.
    """
    if not associations:
        console.print("No associations.")
        return
    print_lines = _Lines(console.width)
    if len(associations) > _MOST_TREES and not everything:
        for tree in print_lines.candidates(associations):
            _print_whole(console, tree)
        return
    for association in associations:
        _print_whole(console, print_lines.association(association, everything=everything))


def _print_whole(console: Console, tree: Tree) -> None:
    """Print a tree as wide as it is: rich would cut off what goes beyond the terminal."""
    from rich.segment import Segment, Segments

    options = console.options.update(width=_WIDEST, max_width=_WIDEST)
    for line in console.render_lines(tree, options, pad=False):
        console.print(Segments([*line, Segment.line()]), soft_wrap=True, end="")


class _Lines:
    """Makes the lines of trees, none of which breaks a word."""

    def __init__(self, width: int) -> None:
        self.width = width

    def text(self, text: str, depth: int, style: str = "") -> Text:
        """Wrap a text between words; a name that is too long stays whole."""
        from rich.text import Text

        lines = wrapped(text, max(self.width - _INDENT * depth, 20))
        return Text("\n".join(lines), style=style, no_wrap=True, overflow="ignore")

    def tree(self, text: str, style: str = "") -> Tree:
        """Begin a tree."""
        from rich.tree import Tree

        return Tree(self.text(text, 0, style))

    def candidates(self, associations: Iterable[Association]) -> Iterator[Tree]:
        """List associations by program and candidate."""
        for program, of_program in groupby(associations, lambda one: one.program):
            tree = self.tree(f"program {program}", "bold")
            for asn_id, of_candidate in groupby(of_program, lambda one: one.asn_id):
                listed = list(of_candidate)
                title = f"{asn_id}: {count_text(len(listed), 'association')}"
                branch = tree.add(self.text(title, 1))
                for line in _lines_of_rules(listed):
                    branch.add(self.text(line, 2))
            yield tree

    def association(self, association: Association, *, everything: bool) -> Tree:
        """Show an association with its products and members."""
        tree = self.tree(association.file_name, "bold")
        about = f"{association.asn_type} by {association.rule}, candidate {association.asn_id}"
        tree.add(self.text(about, 1))
        for product in association.products:
            branch = tree.add(self.text(f"product {product.name}", 1))
            # Members are sorted by role, science first.
            for role, of_role in groupby(product.members, lambda member: member.exptype):
                members = list(of_role)
                leaf = branch.add(self.text(f"{role}: {len(members)}", 2))
                for line in _names(members, everything=everything):
                    leaf.add(self.text(line, 3))
        shared = _shared(association)
        if shared:
            branch = tree.add("the members share")
            for line in shared:
                branch.add(self.text(line, 2))
        return tree


def _lines_of_rules(associations: Sequence[Association]) -> Iterator[str]:
    """Say what each rule made of one candidate."""
    counts = Counter((one.asn_type, one.rule) for one in associations)
    members: Counter[tuple[str, str]] = Counter()
    for one in associations:
        members[one.asn_type, one.rule] += len(one.members)
    for (asn_type, rule), count in sorted(counts.items()):
        words = count_text(members[asn_type, rule], "member")
        yield f"{asn_type} by {rule}: {count_text(count, 'association')}, {words}"


def _names(members: Sequence[Member], *, everything: bool) -> Iterator[str]:
    most = len(members) if everything else _MOST_MEMBERS
    for member in members[:most]:
        yield member.expname if member.match is None else f"{member.expname} ({member.match})"
    if len(members) > most:
        yield f"and {len(members) - most} more (-v shows all)"


def _shared(association: Association) -> list[str]:
    """Say what the members share; of a file that was read, its constraints say it."""
    pairs = association.signature.items() or _SHARED.findall(association.constraints)
    # A key on the file itself keeps an exposure alone, and nothing is shared.
    unshared = ("not set for any", ".fits")
    return [f"{name}: {value}" for name, value in pairs if value and not value.endswith(unshared)]

"""Consoles of rich that write control characters as escapes."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment

from asnsolve.cli.safe_streams import LAYOUT
from asnsolve.shown_values import escaped


@dataclass(frozen=True, slots=True)
class _Escaped:
    """Something to print, with the control characters in its texts as escapes."""

    printed: ConsoleRenderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self.printed, options):
            if segment.control:
                yield segment
            else:
                yield Segment(escaped(segment.text, LAYOUT), segment.style)


class _EscapingHook(RenderHook):
    """Writes control characters in all that is printed as escapes."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Escaped(printed) for printed in renderables]


def escaping(console: Console) -> Console:
    """Make a console write control characters as escapes, except those that set colours.

    Parameters
    ----------
    console : rich.console.Console
        The console.

    Returns
    -------
    rich.console.Console
        The same console.
    """
    console.push_render_hook(_EscapingHook())
    return console

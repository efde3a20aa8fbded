"""Write a page: the facts of a solution, with the template, the style and the script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any, Final

from asnsolve.associations.solution import Solution
from asnsolve.atomic import draft_file
from asnsolve.errors import Location, UsageError, write_errors
from asnsolve.report.page.page_facts import page_facts

_SCRIPTS: Final = (
    "facts.js",
    "parts.js",
    "table.js",
    "detail.js",
    "tree.js",
    "picture.js",
    "page.js",
)
# As in parts.js, but that lines of problems stay lines.
_HIDDEN: Final = re.compile(
    r"[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_INERT: Final = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})


def write_page(
    solution: Solution,
    path: str | PathLike[str],
    *,
    before: Solution | None = None,
    part: str = "",
    replace: bool = False,
) -> Path:
    """Write a page that shows a solution, to be opened in a browser.

    Parameters
    ----------
    solution : Solution
        What is shown.
    path : path-like
        The file.
    before : Solution, optional
        An earlier result, to show what is different.
    part : str
        Which part of a pool is shown, such as "program 1234"; empty for all of it.
    replace : bool
        Whether to replace a file that has other content.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UsageError
        If the solution is too large for a page, the file cannot be written, or it has other
        content and may not be replaced.
    """
    file = Path(path)
    text = page_text(page_facts(solution, before, part))
    where = Location(file=str(file))
    with write_errors(UsageError, where), draft_file(file, replace=replace) as draft:
        # Names of files may have bytes that are not text.
        draft.stream.write(text.encode("utf-8", "backslashreplace"))
    return file


def page_text(facts: Mapping[str, Any]) -> str:
    """Make the HTML of a page.

    Parameters
    ----------
    facts : mapping
        What `page_facts` returns.

    Returns
    -------
    str
        The page, which loads nothing: a policy in it forbids browsers to fetch or run anything but
        its own style and script.
    """
    # Templates take a while to import, and most commands write no page.
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else _visible(value),
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    style = _asset("page.css")
    # One function around all of them, so that browsers share none of their names.
    script = "\n".join(["(() => {", '"use strict";', *map(_asset, _SCRIPTS), "})();"])
    return environment.from_string(_asset("page.html.j2")).render(
        facts=facts,
        # These are our own files, and `data` holds no mark that ends a script.
        style=Markup(style),
        script=Markup(script),
        style_hash=_digest(style),
        script_hash=_digest(script),
        data=Markup(inert_json(facts)),
    )


def inert_json(data: object) -> str:
    r"""Write data as JSON that ends no element of HTML, whatever texts it holds.

    Parameters
    ----------
    data : object
        Plain data.

    Returns
    -------
    str
        JSON in ASCII without ``<``, ``>`` and ``&``.

    Examples
    --------
    >>> inert_json(["</script>"])
    '["\\u003c/script\\u003e"]'
    """
    return json.dumps(data, separators=(",", ":")).translate(_INERT)


def _visible(value: object) -> object:
    """Show marks that cannot be seen, or that turn the direction of writing, by their codes."""
    if not isinstance(value, str):
        return value
    return _HIDDEN.sub(lambda mark: f"‹U+{ord(mark[0]):04X}›", value)


def _asset(name: str) -> str:
    return files("asnsolve.report.page").joinpath("assets", name).read_text("utf-8")


def _digest(text: str) -> str:
    """Return what a content security policy names an inline style or script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

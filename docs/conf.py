"""How Sphinx builds the site: ``python -m sphinx -W -b html docs docs/_build/html``.

The pages are plain Markdown that also reads well on a code host, so everything that only the site
needs is here: the tables of contents come from the folders, and their order from ``docs/index.md``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pygments.lexers.data import JsonLexer
from pygments.lexers.special import TextLexer
from pygments.token import Comment, _TokenType
from sphinx.application import Sphinx

DOCS = Path(__file__).parent

project = "asnsolve"
author = "The asnsolve developers"
release = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))["project"]["version"]
version = release

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_argparse_cli",
]
# Changes since the last release are collected into the changelog.
exclude_patterns = ["_build", "changes", "**.ipynb_checkpoints"]

# Pages link to headings as on a code host: page.md#heading, of any level.
myst_heading_anchors = 6
# The tests run the notebook and compare its outputs; the site shows what they have checked.
nb_execution_mode = "off"

autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_inherited_class_members = False
numpydoc_class_members_toctree = False
templates_path = ["_templates"]

# The sections in the bar at the top: the first page of each, and its name there.
SECTIONS = {
    "readme": "Overview",
    "tutorial": "Tutorial",
    "how-to/index": "How-to guides",
    "reference/index": "Reference",
    "explanation/index": "Explanation",
    "contributing/index": "Contributing",
}
# Pages outside of the folder of their section.
GUESTS = {
    "tutorial": ["from-files-to-associations"],
    "how-to/index": ["faq"],
    "reference/index": ["deviations", "citation", "changelog"],
}
PAGE_SUFFIXES = (".md", ".rst", ".ipynb")

html_theme = "pydata_sphinx_theme"
html_title = "asnsolve"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
# Follow the browser, light or dark, until the reader chooses.
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "asnsolve"},
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": len(SECTIONS),
    "navigation_depth": 3,
    "show_toc_level": 2,
    "footer_start": [],
    "footer_end": ["sphinx-version"],
}


def linked_pages() -> list[str]:
    """Return the pages that the index links to, in the order of their links."""
    links = re.findall(r"\]\(([\w./-]+)\.(?:md|rst|ipynb)", (DOCS / "index.md").read_text("utf-8"))
    return list(dict.fromkeys(links))


def pages_below(docname: str) -> list[str]:
    """Return the pages that come below a page in the table of contents."""
    folder = Path(docname).parent
    found = []
    if docname.endswith("/index"):
        paths = [*(DOCS / folder).iterdir(), *(DOCS / folder).glob("*/index.md")]
        names = {
            path.relative_to(DOCS).with_suffix("").as_posix()
            for path in paths
            if path.suffix in PAGE_SUFFIXES
        }
        found = [name for name in names if name != docname]
    found += GUESTS.get(docname, [])
    places = {name: place for place, name in enumerate(linked_pages())}
    # Pages without a link of their own come last, by name.
    return sorted(found, key=lambda name: (places.get(name, len(places)), name))


def table_of_contents(docname: str) -> str:
    """Return the directive that lists the pages below a page, empty if there are none."""
    entries = [f"/{name}" for name in pages_below(docname)]
    if docname == "index":
        entries += [f"{title} </{name}>" for name, title in SECTIONS.items()]
    # The pages of the folders have no lists of their own, whereas the index describes each page.
    shown = ":maxdepth: 1" if docname.endswith("/index") else ":hidden:"
    return "\n".join(["", "```{toctree}", shown, "", *entries, "```", ""]) if entries else ""


def finish_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the README into its page, lead links to it there, and add the table of contents."""
    text = source[0]
    if docname == "readme":
        text = (DOCS.parent / "README.md").read_text("utf-8")
        text = text.replace("](docs/", "](").replace("](LICENSE", "](../LICENSE")
    if app.env.doc2path(docname, base=False).suffix == ".md":
        text = text.replace("](../README.md", "](/readme.md") + table_of_contents(docname)
    source[0] = text


class JsonExcerptLexer(JsonLexer):
    """Highlights JSON of which parts are left out: a line ``...`` stands for them."""

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """Yield the tokens of a text, with each dot as a comment."""
        for start, kind, part in JsonLexer.get_tokens_unprocessed(self, text):
            yield start, Comment if part == "." else kind, part


def setup(app: Sphinx) -> None:
    """Connect the functions above; Sphinx calls this."""
    app.connect("source-read", finish_page)
    app.add_lexer("json", JsonExcerptLexer)
    # Code hosts draw these blocks; drawing them here would need a script from a network.
    app.add_lexer("mermaid", TextLexer)

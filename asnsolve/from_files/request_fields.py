"""The options of a request, described once.

The arguments of ``asnsolve associate`` and ``asnsolve plan``, the table ``[request]`` of a plan,
the checks of both and the relocation of paths are derived from `REQUEST_FIELDS`. To add an option,
add a row here, a field to `Request` and a parameter to `associate`; a test compares the three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

FieldKind = Literal["text", "texts", "file", "files", "choice", "integer", "rules"]
"""What a field holds.

``file`` is the path of a file or directory; ``files`` are paths, patterns and ``@list``; ``choice``
is one of a few values; ``rules`` are names of rule sets and files of rules. The plural ones are
tuples.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestField:
    """One option of a request.

    Parameters
    ----------
    name : str
        Parameter of `associate`, attribute of `Request` and key of a plan.
    kind : str
        What it holds, one of `FieldKind`.
    default : str, int, tuple of str or None
        Value where nothing is asked for.
    flags : tuple of str
        Option strings of the commands; a positional argument has none.
    metavar : str
        Placeholder of the value in the help; a choice without one is listed there.
    help : str
        What the help says.
    command_default : str or None
        Value where a command is not given the option, if it differs from `default`.
    choices : tuple of str or int
        The values of a choice.
    subject : str
        How a message about a wrong choice begins; the name by default.
    planned : bool
        Whether a plan repeats it, to be asked for again when the plan is written.
    role : str
        Role that the files have, whatever their headers say; empty if they have none.
    """

    name: str
    kind: FieldKind
    default: str | int | tuple[str, ...] | None = None
    flags: tuple[str, ...] = ()
    metavar: str = ""
    help: str = ""
    command_default: str | None = None
    choices: tuple[str, ...] | tuple[int, ...] = ()
    subject: str = ""
    planned: bool = True
    role: str = ""

    def choices_text(self) -> str:
        """List the choices for a message."""
        choices = list(map(str, self.choices))
        return " or ".join(choices) if len(choices) == 2 else f"one of {', '.join(choices)}"


REQUEST_FIELDS: Final = (
    RequestField(
        name="files",
        kind="files",
        default=(),
        metavar="FILES",
        help="files, directories, patterns, or @list",
        planned=False,  # A plan lists the files that were read instead.
    ),
    RequestField(
        name="level",
        kind="choice",
        choices=(2, 3),
        subject="the level",
        flags=("--level",),
        help="the only level of products that is wanted",
    ),
    *(
        RequestField(
            name=name,
            kind="files",
            default=(),
            role=role,
            flags=(f"--{role}",),
            metavar="FILE",
            help=f"the {what}, whatever headers say",
        )
        for name, role, what in (
            ("backgrounds", "background", "dedicated backgrounds"),
            ("psfs", "psf", "PSF references"),
            ("imprints", "imprint", "imprints"),
            (
                "selfcal",
                "selfcal",
                "exposures that show the bad pixels of an integral field unit's detector",
            ),
        )
    ),
    RequestField(
        name="together",
        kind="texts",
        default=(),
        flags=("--together",),
        metavar="WHAT",
        help="what level 3 takes together: observation, visit, target",
    ),
    RequestField(
        name="apart",
        kind="texts",
        default=(),
        flags=("--apart",),
        metavar="WHAT",
        help="what level 3 keeps apart: observation, visit, dither, detector",
    ),
    RequestField(
        name="exclude",
        kind="files",
        default=(),
        flags=("--exclude",),
        metavar="FILE",
        help="files to leave out",
        planned=False,  # The files that a plan lists are those that were not left out.
    ),
    RequestField(
        name="product",
        kind="text",
        flags=("--product",),
        metavar="NAME",
        help="name of the product, where exactly one is made",
    ),
    RequestField(
        name="out",
        kind="file",
        command_default=".",
        flags=("-p", "--path"),
        metavar="DIR",
        help="where to (default: .)",
    ),
    RequestField(
        name="paths",
        kind="choice",
        default="name",
        choices=("name", "relative", "absolute"),
        flags=("--paths",),
        metavar="POLICY",
        help="how members are named: name, without directory (default); relative, as seen from "
        "DIR; absolute, by their whole path",
    ),
    RequestField(
        name="extra",
        kind="file",
        flags=("--extra",),
        metavar="TABLE",
        help="a table of what no header tells",
    ),
    RequestField(
        name="jobs",
        kind="integer",
        default=1,
        flags=("-j", "--jobs"),
        metavar="N",
        help="read headers in N processes",
        planned=False,  # It does not change what is found.
    ),
    # The commands take rules with -r and --ignore-default, as every command does.
    RequestField(name="rules", kind="rules", default=("jwst",)),
)
"""Every option, in the order of the help."""

ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {field.name: field.role for field in REQUEST_FIELDS if field.role}
)
"""The lists of files that serve others, and the role of the files in each."""

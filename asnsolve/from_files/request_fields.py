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

FieldKind = Literal["text", "texts", "file", "files", "choice", "integer", "flag", "rules"]
"""What a field holds.

``file`` is the path of a file or directory; ``files`` are paths, patterns and ``@list``; ``choice``
is one of a few values; ``flag`` is yes or no; ``rules`` are names of rule sets and files of rules.
The plural ones are tuples.
"""


@dataclass(frozen=True, slots=True)
class RequestField:
    """One option of a request.

    Parameters
    ----------
    name : str
        Parameter of `associate`, attribute of `Request` and key of a plan.
    kind : str
        What it holds, one of `FieldKind`.
    flags : tuple of str
        Option strings of the commands; a positional argument has none.
    metavar : str
        Placeholder of the value in the help; a choice without one is listed there.
    help : str
        What the help says.
    default : str, int, bool, tuple of str or None
        Value where nothing is asked for; ``()`` for files and texts.
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
    flags: tuple[str, ...] = ()
    metavar: str = ""
    help: str = ""
    default: str | int | tuple[str, ...] | None = None
    choices: tuple[str, ...] | tuple[int, ...] = ()
    subject: str = ""
    planned: bool = True
    role: str = ""

    def __post_init__(self) -> None:
        """Let lists be empty where nothing is asked for."""
        if self.kind in ("files", "texts"):
            object.__setattr__(self, "default", ())

    def choices_text(self) -> str:
        """List the choices for a message."""
        choices = list(map(str, self.choices))
        return " or ".join(choices) if len(choices) == 2 else f"one of {', '.join(choices)}"


FILES: Final = (
    "FITS files, directories of them, patterns such as '*_cal.fits', or @LIST, a file of names"
)
_LEVEL = "make only associations of this level (default: both)"
_SKY = "use these dedicated backgrounds instead of those that the headers mark"
_PSF = "use these PSF references instead of those that the headers mark"
_IMPRINT = "use these imprints instead of those that the headers mark"
_SELFCAL = "find the bad pixels of the detector in these exposures (spectra of level 2)"
_IMAGE = (
    "use these combined direct images (i2d) for wide-field slitless spectra, instead of those that "
    "level 3 will make"
)
_CATALOG = "source catalogs of the direct images (default: those beside the images)"
_SEGMAP = "segmentation maps of the direct images (default: those beside the images)"
_TWEAKREG = "catalogs of stars for the tweakreg step, each named after its exposure"
_TOGETHER = (
    "at level 3, combine exposures of different observations, visits, targets or programs (WHAT "
    "is observation, visit, target or program), or only those that are close: sky=2arcmin instead "
    "of the target, time=30d, pa=1deg"
)
_ONLY = "make no associations of backgrounds, imprints or acquisitions alone"
_APART = (
    "at level 3, split associations by WHAT: observation, visit, dither, detector, an attribute of "
    "a pool such as band or filter, or pair (one science exposure with one PSF reference)"
)
_SUBTRACTED = (
    "which backgrounds to use: dedicated ones, nods (the other exposures of the target) or none "
    "(default: dedicated ones and nods)"
)
_STAGES = (
    "name members at the stage that the rules ask for, even if the pipeline has not made these "
    "files yet"
)
_PRODUCT = (
    "name of the product; for several products, a pattern with placeholders, such as "
    "'m31_{elements}'"
)
_FILE_NAME = "names of the association files, with the same placeholders, {product} and {number}"
_TARGETS = (
    "number of a target in product names, such as NAME=t007; without it, the numbers in existing "
    "files are used"
)
_OUT = "directory for the association files (default: the working directory)"
_BESIDE = "write each association file next to its data instead"
_REPLACE = "replace existing files that differ; otherwise nothing is overwritten"
_PATHS = (
    "how members are named: auto, so that every pipeline finds them; name, without directory; "
    "relative, with the path from DIR; absolute, with the full path (default: auto)"
)
_EXTRA = "table of values that the headers do not have"
JOBS: Final = "number of processes that read headers (default: 1)"
SKIES: Final = ("dedicated", "nods", "none")
"""Choices among the backgrounds."""

_POLICIES = ("auto", "name", "relative", "absolute")

WHERE: Final = (
    "use only the FILES whose header keyword or pool attribute KEY is VALUE; KEY=A,B and "
    "KEY!=VALUE work too"
)
"""What the help says about conditions, wherever they are taken."""

REQUEST_FIELDS: Final = (
    # A plan lists the files that were read instead.
    RequestField("files", "files", (), "FILES", FILES, planned=False),
    RequestField("level", "choice", ("--level",), "", _LEVEL, choices=(2, 3), subject="the level"),
    RequestField("backgrounds", "files", ("--background",), "FILE", _SKY, role="background"),
    RequestField("psfs", "files", ("--psf",), "FILE", _PSF, role="psf"),
    RequestField("imprints", "files", ("--imprint",), "FILE", _IMPRINT, role="imprint"),
    RequestField("selfcal", "files", ("--selfcal",), "FILE", _SELFCAL, role="selfcal"),
    RequestField("direct_images", "files", ("--direct-image",), "FILE", _IMAGE),
    RequestField("catalogs", "files", ("--catalog",), "FILE", _CATALOG),
    RequestField("segmaps", "files", ("--segmap",), "FILE", _SEGMAP),
    RequestField("tweakreg_catalogs", "files", ("--tweakreg-catalog",), "FILE", _TWEAKREG),
    RequestField("together", "texts", ("--together",), "WHAT", _TOGETHER),
    RequestField("apart", "texts", ("--apart",), "WHAT", _APART),
    # The files that a plan lists are those that were not left out.
    RequestField("exclude", "files", ("--exclude",), "FILE", "files to leave out", planned=False),
    RequestField("where", "texts", ("--where",), "KEY=VALUE", WHERE),
    RequestField("only", "choice", ("--only",), "science", _ONLY, choices=("science",)),
    RequestField("sky", "choice", ("--sky",), "", _SUBTRACTED, choices=SKIES),
    RequestField("stages", "choice", ("--stages",), "rules", _STAGES, choices=("rules",)),
    RequestField("product", "text", ("--product",), "PATTERN", _PRODUCT),
    RequestField("file_name", "text", ("--file-name",), "PATTERN", _FILE_NAME),
    RequestField("targets", "texts", ("--target",), "NAME=T", _TARGETS),
    RequestField("out", "file", ("-p", "--path"), "DIR", _OUT),
    RequestField("beside", "flag", ("--beside",), "", _BESIDE, default=False),
    # A plan is written with an option of its own.
    RequestField("replace", "flag", ("--replace",), "", _REPLACE, default=False, planned=False),
    RequestField(
        "paths",
        "choice",
        ("--member-paths",),
        "POLICY",
        _PATHS,
        choices=_POLICIES,
        default="auto",
    ),
    RequestField("extra", "file", ("--extra",), "TABLE", _EXTRA),
    # The number of processes does not change what is found.
    RequestField("jobs", "integer", ("-j", "--jobs"), "N", JOBS, default=1, planned=False),
    # The commands take rules with -r and --ignore-default, as every command does.
    RequestField("rules", "rules", default=("jwst",)),
)
"""Every option, in the order of the help."""

ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {field.name: field.role for field in REQUEST_FIELDS if field.role}
)
"""The lists of files that serve others, and the role of the files in each."""

OPTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {field.name: field.flags[-1] for field in REQUEST_FIELDS if field.role}
)
"""The option of each of these lists."""

FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {"background": "bkgdtarg", "psf": "is_psf", "imprint": "is_imprt"}
)
"""The column that gives an exposure its role, by the role. No column makes it ``selfcal``."""

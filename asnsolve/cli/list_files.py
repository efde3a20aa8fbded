"""``asnsolve list``: an association of files that are listed by name."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asnsolve.cli.command import Command, Example, add_replace, output_file, refuse_input
from asnsolve.cli.parsers import add_other_name
from asnsolve.cli.streams import MessageLog, print_report
from asnsolve.input_files import exists

if TYPE_CHECKING:
    from asnsolve.associations.association import Association, Member

_ROLES: Final = ("background", "psf", "imprint", "selfcal")
"""Roles with an option of their own, as in ``asnsolve associate``."""

_EXAMPLES = (
    Example(
        "Make a mosaic of calibrated images",
        "asnsolve list *_destriped_cal.fits --type image3 --product mosaic",
    ),
    Example(
        "Subtract a background from a spectrum",
        "asnsolve list star_x1d.fits --type spec3 --product star --background sky_x1d.fits",
    ),
    Example(
        "Process rate files with a direct image at level 2",
        "asnsolve list *_rate.fits --type spec2 --role direct_image field_i2d.fits "
        "-o spec2_asn.json",
    ),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "files",
        metavar="FILES",
        nargs="+",
        help="science files, patterns, or @LIST, a file of names",
    )
    add("--product", metavar="NAME", help="name of the product; needed at level 3")
    add("--type", dest="asn_type", metavar="TYPE", help="type of the association, such as image3")
    add(
        "-r",
        "--asn-rule",
        dest="rule",
        metavar="RULE",
        help="name of the rule of the association, such as Asn_Lv3Image, which decides its type; "
        "DMSLevel2bBase and DMS_Level3_Base take any files; your own rules need --ruledefs "
        "(default: DMS_Level3_Base)",
    )
    add(
        "-i",
        "--asn-id",
        default="a3001",
        metavar="ID",
        help="id of the association (default: a3001)",
    )
    # Long names that asn_from_list has.
    add_other_name(parser, "--product-name", dest="product")
    add_other_name(parser, "--rule", dest="rule")
    add_other_name(parser, "--id", dest="asn_id")
    add_other_name(parser, "--output-file", dest="output", read=output_file)
    add("--program", metavar="N", help="number of the program (default: that of the file names)")
    for role in _ROLES:
        add(f"--{role}", nargs="+", default=[], metavar="FILE", help=f"files in the role {role}")
    add(
        "--role",
        nargs="+",
        action="append",
        default=[],
        metavar=("ROLE", "FILE"),
        help="files in another role, such as direct_image (may be repeated)",
    )
    add(
        "-o",
        "--output",
        type=output_file,
        metavar="ASN",
        help="file for the association (default: PRODUCT_asn.json)",
    )
    add_replace(parser)
    add(
        "--as-given",
        action="store_true",
        help="keep the names of members as given (default: rename those of existing files so that "
        "the pipeline finds them)",
    )
    add(
        "--ruledefs",
        default=[],
        action="append",
        metavar="FILE",
        help="file of rules in which to look for RULE too (may be repeated)",
    )


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command."""
    from asnsolve.associations.json_fields import to_dict
    from asnsolve.edits.listed_files import association_from_list
    from asnsolve.from_files.name_patterns import product_mistake
    from asnsolve.report.associated import association_line
    from asnsolve.rules.load import DEFAULT_RULES
    from asnsolve.shown_values import quoted

    roles = {role: list(getattr(args, role)) for role in _ROLES if getattr(args, role)}
    for role, *names in args.role:
        roles.setdefault(role, []).extend(names)
    association = association_from_list(
        args.files,
        product=args.product,
        roles=roles,
        rule=args.rule,
        asn_type=args.asn_type,
        asn_id=args.asn_id,
        program=args.program,
        rules=(DEFAULT_RULES, *args.ruledefs),
    )
    mistake = "" if args.product is None else product_mistake(args.product)
    notes = [f"the product name {quoted(args.product)} may change: {mistake}"] if mistake else []
    if association.asn_type == "none":
        notes.append("the association has no type; --type image3, for example, names its pipeline")
    folder = Path()
    if args.output is not None:
        listed = [*args.files, *(name for names in roles.values() for name in names)]
        refuse_input(args.output, listed)
        folder = args.output.parent
        association = replace(association, file_name=args.output.name)
    if not args.as_given:
        association = _with_findable_members(association, folder)
    written = association.write(folder, replace=args.replace)
    data = {"association": to_dict(association), "written": [written], "notes": notes}
    lines = [association_line(association), *(f"note: {note}" for note in notes)]
    print_report(args, data, lines)
    return 0


def _with_findable_members(association: Association, folder: Path) -> Association:
    """Name members that exist as ``asnsolve associate`` does; other names stay as they are."""
    from asnsolve.from_files.member_paths import with_path_policy

    def marked(found: Association, is_derived: Callable[[Member], bool]) -> Association:
        products = tuple(
            replace(
                product,
                members=tuple(
                    replace(member, derived=is_derived(member)) for member in product.members
                ),
            )
            for product in found.products
        )
        return replace(found, products=products)

    # Paths of derived members are left alone, and those of listed members are so in the end.
    existing = marked(association, lambda member: not exists(member.expname))
    return marked(with_path_policy(existing, "auto", folder), lambda member: True)


COMMAND = Command(
    name="list",
    help="make an association of listed files",
    description="Make an association of the files that you list. Only their names matter: the "
    "files are not opened, and need not exist yet.",
    examples=_EXAMPLES,
    statuses={0: "done", 2: "the arguments cannot be used; nothing is written"},
    add_arguments=_add_arguments,
    run=_run,
)

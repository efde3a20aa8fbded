"""``asnsolve list``: an association of files that are listed by name."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asnsolve.cli.command import Command, add_replace, output_file, refuse_input
from asnsolve.cli.streams import MessageLog, print_report
from asnsolve.input_files import exists

if TYPE_CHECKING:
    from asnsolve.associations.association import Association, Member

_ROLES: Final = ("background", "psf", "imprint", "selfcal")
"""Roles with an option of their own, as in ``asnsolve associate``."""

_EPILOG = """\
examples:
  asnsolve list *_destriped_cal.fits --type image3 --product mosaic
  asnsolve list star_x1d.fits --type spec3 --product star --background sky_x1d.fits
  asnsolve list *_rate.fits --type spec2 --role direct_image field_i2d.fits -o spec2_asn.json

exit status: 0 done; 2 bad usage, and nothing is written"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", metavar="FILES", nargs="+", help="science files, patterns, or @list")
    add("--product", "--product-name", metavar="NAME", help="name of the product of level 3")
    add("--type", dest="asn_type", metavar="TYPE", help="type of the association, as image3")
    add(
        "-r",
        "--rule",
        metavar="RULE",
        help="rule of the association, which decides its type: Asn_Lv3Image, ...; or "
        "DMS_Level3_Base (default), or DMSLevel2bBase",
    )
    add("-i", "--id", dest="asn_id", default="a3001", metavar="ID", help="id (default: a3001)")
    add("--program", metavar="N", help="number of the program (default: from the file names)")
    for role in _ROLES:
        add(f"--{role}", nargs="+", default=[], metavar="F", help=f"files in the role {role}")
    add(
        "--role",
        nargs="+",
        action="append",
        default=[],
        metavar=("ROLE", "F"),
        help="files in any role, after the role; may be repeated",
    )
    add(
        "-o",
        "--output",
        "--output-file",
        type=output_file,
        metavar="ASN",
        help="file for the association (default: PRODUCT_asn.json)",
    )
    add_replace(parser)
    add(
        "--as-given",
        action="store_true",
        help="name members as given; by default, files that exist are named so that the pipeline "
        "finds them",
    )
    add(
        "--ruledefs",
        default=[],
        action="append",
        metavar="FILE",
        help="a file of rules, in which to look for RULE too; may be repeated",
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
    description="Make an association of listed files. Only their names count; they are not opened.",
    epilog=_EPILOG,
    add_arguments=_add_arguments,
    run=_run,
)

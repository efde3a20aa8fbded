"""``asnsolve edit``: add members to an association file, or take members out of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, Example, add_replace, output_file
from asnsolve.cli.parsers import add_other_name
from asnsolve.cli.streams import MessageLog, print_report
from asnsolve.input_files import is_file


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", metavar="ASN", type=Path, help="association file")
    add("--add", nargs="+", default=[], metavar="FILE", help="add these files as members")
    add(
        "--role",
        default="science",
        help="role of the added members, in upper or lower case (default: science)",
    )
    add(
        "--remove",
        nargs="+",
        default=[],
        metavar="FILE",
        help="remove these members, before others are added; name them as the association does, or "
        "without directory",
    )
    add(
        "-i",
        "--ignore-suffix",
        action="store_true",
        help="find the members to remove whatever their stage and extension",
    )
    product = parser.add_mutually_exclusive_group()
    product.add_argument(
        "--product",
        metavar="NAME",
        help="change this product; needed if the association has several",
    )
    product.add_argument(
        "--all-products", action="store_true", help="change the members of every product"
    )
    add(
        "--remove-product",
        nargs="+",
        default=[],
        metavar="NAME",
        help="remove these products, before members change",
    )
    add(
        "-o",
        "--output",
        dest="out",
        type=output_file,
        metavar="FILE",
        help="write to FILE instead of changing ASN",
    )
    add_other_name(parser, "--out", "--output-file", dest="out", read=output_file)
    add_replace(parser)


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command."""
    from asnsolve.edits.change_members import edit_file
    from asnsolve.phrases import count_text

    written = edit_file(
        args.file,
        add=args.add,
        role=args.role,
        remove=args.remove,
        ignore_suffix=args.ignore_suffix,
        product=args.product,
        all_products=args.all_products,
        remove_products=args.remove_product,
        out=args.out,
        replace=args.replace,
    )
    products = args.remove_product
    report = {
        "added": args.add,
        "removed": args.remove,
        "removed_products": products,
        "written": [written],
    }
    removed = f", {count_text(len(products), 'product')} removed" if products else ""
    added = count_text(len(args.add), "member")
    text = f"{written}: {added} added, {len(args.remove)} removed{removed}"
    lost = [name for name in args.add if not is_file(written.parent / name)]
    notes = [f"the file {written.parent / name} does not exist" for name in lost]
    print_report(args, {**report, "notes": notes}, [text, *(f"note: {note}" for note in notes)])
    return 0


COMMAND = Command(
    name="edit",
    help="add members to an association file, or remove members",
    description="Add members to an association file, or remove members or products. Everything "
    "else in the file stays the same: layout, permissions, and where a symbolic link leads.",
    examples=(
        Example(
            "Remove a member",
            "asnsolve edit jw09801-o002_image3_00001_asn.json --remove "
            "jw09801002001_02101_00003_mirimage_cal.fits",
        ),
        Example(
            "Add a background to a copy of an association",
            "asnsolve edit jw09801-o002_image3_00001_asn.json --add sky_cal.fits --role background "
            "-o new_asn.json",
        ),
    ),
    statuses={
        0: "done",
        2: "the edit cannot be made; nothing is written",
    },
    add_arguments=_add_arguments,
    run=_run,
)

"""``asnsolve validate``: check association files."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.cli.command import Command, Example, named
from asnsolve.cli.pools import add_mission, mission, note_mission
from asnsolve.cli.streams import MessageLog, print_report, progress
from asnsolve.errors import Location, Problem, UsageError, doing
from asnsolve.input_files import is_directory

if TYPE_CHECKING:
    from asnsolve.associations.faults import Fault
    from asnsolve.profiles import Profile


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=named,
        help="association file, container, or a directory of them",
    )
    parser.add_argument(
        "--find-members", action="store_true", help="report members that have no file as findings"
    )
    add_mission(parser, "check files")
    parser.add_argument("--strict", action="store_true", help="report remarks as findings")
    parser.add_argument("-v", "--verbose", action="store_true", help="list the valid files too")


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if a file is not valid."""
    from asnsolve.phrases import count_text

    profile = mission(args)
    # A container may hold a name more than once: the faults of all of them are shown under it.
    faults_of_file: dict[str, tuple[Fault, ...]] = {}
    noun = "file"
    with progress(len(args.files)) as advance:
        for file in args.files:
            with doing(f"checking {file}"):
                for place, name, faults in _checked(file, profile, find_members=args.find_members):
                    faults_of_file[name] = (*faults_of_file.get(name, ()), *faults)
                    # A container is one file, and holds many associations.
                    noun = noun if name == place else "association"
            advance(file)
    note_mission(args, log, (Path(name).name for name in faults_of_file))
    files: list[dict[str, object]] = []
    lines: list[object] = []
    for file, faults in faults_of_file.items():
        minor = () if args.strict else ("remark",)
        is_valid = all(fault.weight in minor for fault in faults)
        files.append(
            {
                "file": file,
                "valid": is_valid,
                "usable": all(fault.weight != "error" for fault in faults),
                **{f"{weight}s": _of_weight(faults, weight) for weight in _WEIGHTS},
            }
        )
        lines += [f"{fault.weight}: {fault}" for fault in faults]
        lines += [f"{file}: valid"] if args.verbose and is_valid else []
    counts = {
        "files": len(files),
        "invalid": sum(not file["valid"] for file in files),
        "unusable": sum(not file["usable"] for file in files),
    }
    is_good = files and not counts["invalid"]
    verdict = "all valid" if is_good else f"{counts['invalid']} not valid"
    lines.append(f"{count_text(len(files), noun)} checked, {verdict}")
    print_report(args, {"counts": counts, "files": files}, lines)
    return 1 if counts["invalid"] else 0


_WEIGHTS = ("error", "finding", "remark")


def _of_weight(faults: Iterable[Fault], weight: str) -> list[Problem]:
    return [fault.problem for fault in faults if fault.weight == weight]


def _checked(
    path: str, profile: Profile | None, *, find_members: bool
) -> Iterator[tuple[str, str, tuple[Fault, ...]]]:
    """Check the associations of a path; yields file, name of the association, and faults."""
    from asnsolve.archive.containers import association_paths, is_container, validate_container
    from asnsolve.associations.faults import Fault
    from asnsolve.associations.validation import validate_file

    if is_directory(path):
        found = association_paths(Path(path))
        for file in found:
            yield from _checked(str(file), profile, find_members=find_members)
        if not found:
            what = "there is no association or container in the directory"
            yield path, path, (Fault("error", "directory", Problem(what, Location(path))),)
    elif is_container(path):
        if find_members:
            # Members are looked for next to the association file, and here there is none.
            what = "--find-members is for association files, and this is a container"
            advice = "Write the associations as files with 'asnsolve export' first."
            raise UsageError(Problem(what, Location(path), "association files", advice))
        for name, faults in validate_container(path, profile):
            yield path, name, faults
    else:
        yield path, path, validate_file(path, find_members=find_members, profile=profile)


COMMAND = Command(
    name="validate",
    help="check that association files can be used and do what was meant",
    description="Check association files, made by any software. An error means that the pipelines "
    "cannot use a file; a finding, that they do something else than you meant; a remark, that the "
    "archive would name or write something differently.",
    examples=(
        Example("Check all association files of a directory", "asnsolve validate before/"),
        Example(
            "Check a file, and whether its members exist",
            "asnsolve validate jw09801-o002_image3_00001_asn.json --find-members",
        ),
        Example(
            "Check the association files of another mission",
            "asnsolve validate mosaics/ -r roman_like.py",
        ),
    ),
    statuses={
        0: "no errors and no findings",
        1: "errors or findings",
        2: "the arguments cannot be used",
    },
    add_arguments=_add_arguments,
    run=_run,
)

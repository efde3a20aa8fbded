"""A plan, edited or not, becomes association files, if the rules allow it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed_copy
from os import PathLike
from pathlib import Path

from asnsolve.associations.asn_files import WrittenFiles, write_each
from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.json_fields import degraded_status, to_dict
from asnsolve.associations.same_names import sharing_a_name
from asnsolve.associations.validation import validate_data
from asnsolve.errors import Location, NamingError, Problem
from asnsolve.from_files.image_products import IMAGE_ROLES
from asnsolve.from_files.member_paths import (
    association_directory,
    path_notes,
    with_path_policy,
)
from asnsolve.from_files.name_patterns import product_mistake
from asnsolve.from_files.request import relocated
from asnsolve.from_files.shutter_files import missing_shutter_files
from asnsolve.from_files.solved_request import SolvedRequest, solve_request
from asnsolve.input_files import is_file
from asnsolve.plans.association_plan import (
    Plan,
    PlannedAssociation,
    PlannedMember,
    plan_association,
)
from asnsolve.plans.checking import Verdict, verdict_on
from asnsolve.plans.plan_files import read_plan
from asnsolve.pool.header_cells import Row
from asnsolve.pool.header_rows import read_header_rows
from asnsolve.pool.target_numbers import KnownNumber, plain_number, target_of
from asnsolve.profiles.jwst import FILES, NAMES
from asnsolve.rules.rule_set import RuleSet
from asnsolve.shown_values import quoted


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What became of a plan.

    Parameters
    ----------
    associations : tuple of Association
        The associations as they are written, or would be.
    changed : tuple of str
        Files of the associations that are not as they were found.
    violations : tuple of Problem
        How the plan breaks its rules; if it does, nothing is written unless forced.
    lost : tuple of str
        Files that were in an association and are in none now.
    written : tuple of Path
        Files that were written.
    unchanged : tuple of Path
        Files that had the content already.
    notes : tuple of Problem
        Members and micro-shutter files that some pipelines will not find.
    problems : tuple of Problem
        Associations that cannot be written, as those whose file name is too long.
    """

    associations: tuple[Association, ...]
    changed: tuple[str, ...]
    violations: tuple[Problem, ...]
    lost: tuple[str, ...]
    written: tuple[Path, ...] = ()
    unchanged: tuple[Path, ...] = ()
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


def write_associations(
    plan: str | PathLike[str],
    out: str | PathLike[str] | None = None,
    *,
    force: bool = False,
    replace: bool = False,
) -> PlanOutcome:
    """Check a plan against the rules, and write its associations.

    Associations that were not edited are written as `associate` writes them, to the byte.

    Parameters
    ----------
    plan : path-like
        The plan.
    out : path-like, optional
        Directory for the association files; by default that of the plan's request, else the one
        that holds the plan.
    force : bool
        Whether to write associations that break their rules too; ``constraints`` in their files
        then lists what they break.
    replace : bool
        Whether to replace files that have other content.

    Returns
    -------
    PlanOutcome
        What was written, or why nothing was.

    Raises
    ------
    AssociationError
        If the file is no plan, or an association file cannot be written.
    PoolError
        If none of the files of the plan exists any more.
    UsageError
        If the plan cannot be read, its request makes no sense any more, or a file has other content
        and may not be replaced.
    """
    path = Path(plan)
    directory = path.parent
    edited = read_plan(path)
    request = relocated(
        edited.request,
        lambda file: os.path.normpath(directory / file),
        lambda source: is_file(directory / source),
    )
    # The request is solved again, so that the headers of today count.
    baseline = _Baseline.of(edited, solve_request(request, look_around=False), directory)
    checked = _checked(edited, baseline, Location(str(path)))
    # A directory that is given now is where all files go, whatever was asked before.
    target, beside = Path(out or request.out or directory), request.beside and out is None
    directories = [
        association_directory(association, target, beside=beside)
        for association in checked.associations
    ]
    final = tuple(
        with_path_policy(association, request.paths, place)
        for association, place in zip(checked.associations, directories, strict=True)
    )
    files = WrittenFiles()
    if force or not checked.violations:
        files = write_each(final, directories, replace=replace)
    return changed_copy(
        checked,
        associations=final,
        written=files.written,
        unchanged=files.unchanged,
        problems=files.problems,
        notes=(
            *path_notes(checked.associations, request.paths, directories),
            *missing_shutter_files(checked.associations, directories, baseline.rows),
        ),
    )


def _checked(plan: Plan, baseline: _Baseline, where: Location) -> PlanOutcome:
    """Make the associations of a plan without writing them, and find what breaks its rules."""
    associations: list[Association] = []
    changed: list[str] = []
    violations = [*baseline.problems]
    for planned in plan.associations:
        association, broken = baseline.association(planned)
        # Unedited associations come back as the same object.
        if association is not baseline.associations.get(planned.file):
            changed.append(planned.file)
        place = Location(planned.file, rule=planned.rule)
        violations += [Problem(what, place) for what in broken]
        associations.append(association)
    violations += _shared_names(associations, where)
    return PlanOutcome(
        tuple(associations), tuple(changed), tuple(violations), tuple(baseline.lost(plan))
    )


@dataclass(frozen=True, slots=True)
class _Baseline:
    """What the request of a plan leads to without edits, to compare the plan with.

    Parameters
    ----------
    directory : Path
        Where the plan lies.
    associations : mapping of str to Association
        The associations, by file name.
    planned : mapping of str to PlannedAssociation
        How a plan that nobody edited lists them.
    rows : mapping of str to dict of str to str
        Rows by exposure, including those of files that were added to the plan.
    types : mapping of str to str
        Types of candidates, by id.
    rules : RuleSet
        The rules.
    files : mapping of str to str
        Paths of the members that are exposures, by exposure.
    paths : frozenset of str
        The same paths, normalized; the pipeline makes those that do not exist.
    problems : tuple of Problem
        Files that cannot be read.
    """

    directory: Path
    associations: Mapping[str, Association]
    planned: Mapping[str, PlannedAssociation]
    rows: Mapping[str, Row]
    types: Mapping[str, str]
    rules: RuleSet
    files: Mapping[str, str]
    paths: frozenset[str]
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, plan: Plan, solved: SolvedRequest, directory: Path) -> _Baseline:
        def seen(file: str) -> str:
            return os.path.relpath(file, directory)

        inputs = solved.inputs
        rows = {**inputs.selfcal_rows, **inputs.rows}
        # Users may add files that the request does not name: their headers count as well.
        added = dict.fromkeys(
            os.path.normpath(directory / member.file)
            for planned in plan.associations
            for member in planned.members
            if member.exposure not in rows
            and member.role not in IMAGE_ROLES
            and is_file(directory / member.file)
        )
        problems = inputs.problems
        if added:
            observed, _ = read_header_rows(added).numbered(
                _numbers_of_targets(inputs.rows.values())
            )
            rows |= {FILES.exposure_of(row["filename"]): row for row in observed.rows}
            problems += observed.problems
        associations = solved.associated.associations
        members = [
            member
            for association in associations
            for member in association.members
            if not member.derived
        ]
        return cls(
            directory=directory,
            associations={association.file_name: association for association in associations},
            planned={
                association.file_name: plan_association(association, seen)
                for association in associations
            },
            rows=rows,
            types=dict(inputs.pool.candidates.table),
            rules=solved.rules,
            files={member.exposure: member.expname for member in members},
            paths=frozenset(os.path.normpath(member.expname) for member in members),
            problems=problems,
        )

    def association(self, planned: PlannedAssociation) -> tuple[Association, list[str]]:
        """Make a planned association, and say how it breaks its rule."""
        if self.planned.get(planned.file) == planned:
            return self.associations[planned.file], []
        found = self.associations.get(planned.file)
        # Names that were asked for follow no convention, and tell no id.
        asn_id, misnamed = _id_of(planned.file) if found is None else (found.asn_id, [])
        # A candidate that no exposure names has a type that its id suggests.
        candidate_type = self.types.get(asn_id, "observation" if asn_id[0] in "oa" else "group")
        verdict = verdict_on(planned, self.rows, (asn_id, candidate_type), self.rules)
        # The rules come first; what the pipeline needs anyway is checked on what is written.
        broken = [*misnamed, *self._absent(planned), *verdict.violations]
        association = self._edited(planned, verdict, asn_id, broken)
        named = None if misnamed or _id_of(planned.file)[1] else planned.file
        invalid = validate_data(to_dict(association), named, product_names=False)
        mistake = product_mistake(planned.product)
        if mistake:
            broken.append(f"the product name {quoted(planned.product)} cannot be used: {mistake}")
        return association, [*broken, *(_sentence(fault.problem) for fault in invalid)]

    def _absent(self, planned: PlannedAssociation) -> Iterator[str]:
        """Find members that do not exist and that the pipeline is not going to make either."""
        for member in planned.members:
            path = os.path.normpath(self.directory / member.file)
            # The pipeline makes products of images in the working directory: a name with another
            # directory can only be that of a file.
            is_file_name = member.exposure in self.rows or (
                member.role in IMAGE_ROLES and Path(member.file).name != member.file
            )
            if is_file_name and path not in self.paths and not is_file(path):
                yield f"the file {path} does not exist"

    def _edited(
        self, planned: PlannedAssociation, verdict: Verdict, asn_id: str, broken: Sequence[str]
    ) -> Association:
        """Give a planned association what its rule says of it, else what it had before."""
        known = verdict.association or self.associations.get(planned.file)
        known_members = {member.exposure: member for member in (known.members if known else ())}
        members = tuple(self._member(member, known_members) for member in planned.members)
        association = known or self._made_by_hand(planned, asn_id)
        constraints = association.constraints
        if broken:
            constraints = "\n".join(["Made by hand against the rule:", *broken])
        return changed_copy(
            association,
            file_name=planned.file,
            products=(Product(planned.product, members),),
            constraints=constraints,
        )

    def _made_by_hand(self, planned: PlannedAssociation, asn_id: str) -> Association:
        """Return an association of which nothing but the plan is known."""
        rule = next((rule for rule in self.rules if rule.name == planned.rule), None)
        science = next(
            (member.exposure for member in planned.members if member.role == "science"), ""
        )
        return Association(
            rule=planned.rule,
            asn_type="" if rule is None else rule.asn_type,
            asn_id=asn_id,
            program=NAMES.program_text(self.rows.get(science, {}).get("program", "0")),
            target="t000" if rule is None or rule.base.level == 3 else "null",
            products=(),
            file_name=planned.file,
            asn_pool="files",
            constraints="",
            degraded_status=degraded_status(rule, degraded=False),
            level=3 if rule is None else rule.base.level,
        )

    def _member(self, planned: PlannedMember, known_members: Mapping[str, Member]) -> Member:
        """Make a member; what has no row is derived."""
        path = os.path.normpath(self.directory / planned.file)
        if planned.exposure not in self.rows or planned.role in IMAGE_ROLES:
            # A product at hand is a file; any other is yet to be made.
            name = path if is_file(path) else planned.file
            return Member(name, planned.role, derived=True)
        known = known_members.get(planned.exposure)
        return Member(
            path,
            planned.role,
            None if known is None else known.exposerr,
            None if known is None else known.asn_candidate,
            exposure=planned.exposure,
            stage=FILES.stage_of(Path(path).name),
        )

    def lost(self, plan: Plan) -> Iterator[str]:
        """Yield the files that were in an association and are in none now, by exposure."""
        exposures = {member.exposure for planned in plan.associations for member in planned.members}
        for exposure, file in sorted(self.files.items()):
            if exposure not in exposures:
                yield file


def _numbers_of_targets(rows: Iterable[Row]) -> list[KnownNumber]:
    """Return the numbers that targets have already."""
    numbers = {target_of(row): plain_number(row.get("targetid", "")) for row in rows}
    return [
        KnownNumber(number, "the request", program=target[0], target=target[1])
        for target, number in numbers.items()
        if target and number
    ]


def _id_of(file: str) -> tuple[str, list[str]]:
    """Return the id in the name of an association file, and what is wrong with the name."""
    try:
        return NAMES.parse_file_name(file).asn_id, []
    except NamingError as error:
        return NAMES.discovered, list(map(_sentence, error.problems))


def _sentence(problem: Problem) -> str:
    return f"{problem.what}; expected {problem.expected}" if problem.expected else problem.what


def _shared_names(associations: Sequence[Association], where: Location) -> Iterator[Problem]:
    """Report products that share a name and are made from different exposures."""
    sharing_names = sharing_a_name(associations, compare_roles=False)
    for name, positions in sharing_names.items():
        files = " and ".join(associations[position].file_name for position in positions)
        yield Problem(f"{files} have the same product name, {quoted(name)}", where)

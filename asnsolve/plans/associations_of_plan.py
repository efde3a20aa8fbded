"""A plan that was edited becomes association files, if the rules allow it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from asnsolve.associations.asn_files import write_all
from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.product_names import DISCOVERED
from asnsolve.associations.validation import validate_data
from asnsolve.errors import Location, NamingError, Problem
from asnsolve.from_files.associate_files import SolvedRequest, solve_request
from asnsolve.from_files.request import Request
from asnsolve.from_files.staged_files import with_path_policy
from asnsolve.naming import exposure_of, parse_file_name, program_text, quoted
from asnsolve.plans.association_plan import Plan, PlannedAssociation, plan_association
from asnsolve.plans.checking import Verdict, verdict_on
from asnsolve.plans.plan_files import read_plan
from asnsolve.pool.from_headers import Row, read_files
from asnsolve.rules.rule import RuleSet

__all__ = ["PlanOutcome", "write_associations"]


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What became of a plan.

    Parameters
    ----------
    associations : tuple of Association
        As they are, or would be, written.
    changed : tuple of str
        Files of those that are not as they were found.
    violations : tuple of Problem
        What stands against the plan; nothing is written if there are any, unless forced.
    lost : tuple of str
        Files that were in an association, and now are in none.
    written : tuple of Path
        Files that were written.
    """

    associations: tuple[Association, ...]
    changed: tuple[str, ...]
    violations: tuple[Problem, ...]
    lost: tuple[str, ...]
    written: tuple[Path, ...] = ()


def write_associations(
    plan: str | PathLike[str], out: str | PathLike[str] | None = None, *, force: bool = False
) -> PlanOutcome:
    """Check a plan against the rules, and write its associations.

    What was not edited is written as `associate` writes it, to the byte.

    Parameters
    ----------
    plan : path-like
        The plan.
    out : path-like, optional
        Directory for the association files; that of the plan's request by default, else the one in
        which the plan lies.
    force : bool
        Whether associations that break their rules are written all the same; what they break then
        stands in them under ``constraints``.

    Returns
    -------
    PlanOutcome
        What was written, or what stands against it.

    Raises
    ------
    AssociationError
        If the file is no plan.
    PoolError
        If none of the files is there any more.
    UsageError
        If something cannot be read or written.
    """
    path = Path(plan)
    edited = read_plan(path)
    request = _from_here(edited.request, path.parent)
    found = solve_request(request)
    where = Location(str(path))
    directory = Path(out or request.out or path.parent)
    source = _Source.of(edited, found, path.parent)
    made: list[Association] = []
    changed: list[str] = []
    violations = [*source.problems]
    for one in edited.associations:
        association, told = source.association(one)
        changed += [] if association is source.found.get(one.file) else [one.file]
        violations += [Problem(what, Location(one.file, rule=one.rule)) for what in told]
        made.append(association)
    violations += _shared_names(made, where)
    final = tuple(with_path_policy(one, request.paths, directory) for one in made)
    written = () if violations and not force else tuple(write_all(final, directory))
    lost = tuple(source.lost(edited.associations))
    return PlanOutcome(final, tuple(changed), tuple(violations), lost, written)


def _from_here(request: Request, directory: Path) -> Request:
    """Name the files of a plan as seen from the working directory."""

    def here(file: str) -> str:
        return os.path.normpath(directory / file)

    def every(files: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(here, files))

    return replace(
        request,
        files=every(request.files),
        backgrounds=every(request.backgrounds),
        psfs=every(request.psfs),
        imprints=every(request.imprints),
        selfcal=every(request.selfcal),
        rules=tuple(
            here(one) if isinstance(one, str) and (directory / one).is_file() else one
            for one in request.rules
        ),
        out=None if request.out is None else here(request.out),
        extra=None if request.extra is None else here(request.extra),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """What the associations of a plan are made from.

    Parameters
    ----------
    directory : Path
        Where the plan lies.
    found : mapping of str to Association
        What the request leads to, by file name.
    as_found : mapping of str to PlannedAssociation
        The same as a plan that nobody edited.
    rows : mapping of str to dict of str to str
        Rows of all exposures, those that were added to the plan among them.
    types : mapping of str to str
        Types of candidates by their ids.
    rules : RuleSet
        The rules.
    before : mapping of str to str
        Files that were in an association, by their exposures.
    members : frozenset of str
        Files that were members of an association, whether they are there or not yet.
    problems : tuple of Problem
        Files that cannot be read.
    """

    directory: Path
    found: Mapping[str, Association]
    as_found: Mapping[str, PlannedAssociation]
    rows: Mapping[str, Row]
    types: Mapping[str, str]
    rules: RuleSet
    before: Mapping[str, str]
    members: frozenset[str]
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, plan: Plan, found: SolvedRequest, directory: Path) -> _Source:
        def seen(file: str) -> str:
            return os.path.relpath(file, directory)

        given = found.given
        rows: dict[str, Row] = {exposure_of(row["filename"]): row for row in given.serving}
        rows |= given.rows
        added = [
            os.path.normpath(directory / file)
            for one in plan.associations
            for file, _ in one.members
            if exposure_of(file) not in rows and (directory / file).is_file()
        ]
        more = read_files(added) if added else None
        if more is not None:
            rows |= {exposure_of(row["filename"]): row for row in more.rows}
        associations = found.associated.associations
        return cls(
            directory,
            {one.file_name: one for one in associations},
            {one.file_name: plan_association(one, seen) for one in associations},
            rows,
            dict(given.pool.candidates.table),
            found.rules,
            {
                exposure_of(member.expname): member.expname
                for one in associations
                for member in one.members
                if not member.derived
            },
            frozenset(
                os.path.normpath(member.expname)
                for one in associations
                for member in one.members
                if not member.derived
            ),
            (*given.problems, *(() if more is None else more.problems)),
        )

    def association(self, plan: PlannedAssociation) -> tuple[Association, tuple[str, ...]]:
        """Make the association that is planned, and say what stands against it."""
        as_found = self.as_found.get(plan.file)
        if as_found == plan:
            return self.found[plan.file], ()
        asn_id, misnamed = _id_told(plan.file)
        kind = self.types.get(asn_id, "observation" if asn_id[0] in "oa" else "group")
        verdict = verdict_on(plan, self.rows, (asn_id, kind), self.rules)
        broken = (*misnamed, *self._absent(plan), *verdict.violations)
        made = self._made(plan, verdict, asn_id, broken)
        told = validate_data(to_dict(made), None if misnamed else plan.file)
        return made, (*broken, *(f"{one.what}{_wanted(one)}" for one in told))

    def _absent(self, plan: PlannedAssociation) -> Iterator[str]:
        """Find members that are not there, and that no step of the pipeline was to make."""
        for file, _ in plan.members:
            path = os.path.normpath(self.directory / file)
            expected = exposure_of(file) in self.rows and path not in self.members
            if expected and not Path(path).is_file():
                yield f"there is no file {path}"

    def _made(
        self, plan: PlannedAssociation, verdict: Verdict, asn_id: str, broken: Sequence[str]
    ) -> Association:
        """Give a planned association what the rule says of it, else what it had before."""
        known = verdict.association or self.found.get(plan.file)
        said = {exposure_of(one.expname): one for one in (known.members if known else ())}
        members = tuple(self._member(file, role, said) for file, role in plan.members)
        rule = next((rule for rule in self.rules if rule.name == plan.rule), None)
        science = next((exposure_of(file) for file, role in plan.members if role == "science"), "")
        base = known or Association(
            rule=plan.rule,
            asn_type="" if rule is None else rule.asn_type,
            asn_id=asn_id,
            program=program_text(self.rows.get(science, {}).get("program", "0")),
            target="t000",
            products=(),
            file_name=plan.file,
            asn_pool="files",
            constraints="",
            degraded_status="No known degraded exposures in association.",
            level=3 if rule is None else rule.base.level,
        )
        told = "\n".join(["Made by hand against the rule:", *broken])
        return replace(
            base,
            file_name=plan.file,
            products=(Product(plan.product, members),),
            constraints=told if broken else base.constraints,
        )

    def _member(self, file: str, role: str, said: Mapping[str, Member]) -> Member:
        root = exposure_of(file)
        if root not in self.rows:
            return Member(file, role, derived=True)
        path = os.path.normpath(self.directory / file)
        known = said.get(root)
        return Member(
            path,
            role,
            None if known is None else known.exposerr,
            None if known is None else known.asn_candidate,
        )

    def lost(self, associations: Iterable[PlannedAssociation]) -> Iterator[str]:
        """Give the files that were in an association and are in none now."""
        now = {exposure_of(file) for one in associations for file, _ in one.members}
        yield from (file for root, file in sorted(self.before.items()) if root not in now)


def _id_told(file: str) -> tuple[str, tuple[str, ...]]:
    """Return the id that the name of an association file tells, and what is wrong with the name."""
    try:
        return parse_file_name(file).asn_id, ()
    except NamingError as error:
        return DISCOVERED, tuple(f"{one.what}{_wanted(one)}" for one in error.problems)


def _wanted(problem: Problem) -> str:
    return f"; expected {problem.expected}" if problem.expected else ""


def _shared_names(made: Sequence[Association], where: Location) -> Iterator[Problem]:
    """Find products of one name that are made of different exposures."""
    sharing: dict[str, list[Association]] = defaultdict(list)
    for one in made:
        for product in one.products:
            sharing[product.name].append(one)
    for name, alike in sharing.items():
        exposures = {frozenset(exposure_of(m.expname) for m in one.members) for one in alike}
        if len(exposures) > 1:
            files = " and ".join(one.file_name for one in alike)
            yield Problem(f"{files} have one product name, {quoted(name)}", where)

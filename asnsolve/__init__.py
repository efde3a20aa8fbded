"""asnsolve: which exposures are processed together, found by logic.

>>> from asnsolve import Pool, demo_pool, solve
>>> solution = solve(Pool.read(demo_pool()))
>>> len(solution.associations)
115
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asnsolve.associations.association import Association, Match, Member, Product
    from asnsolve.associations.dropped import Dropped
    from asnsolve.associations.faults import Fault
    from asnsolve.associations.read_files import read_association
    from asnsolve.associations.solution import Solution
    from asnsolve.associations.validation import validate_file
    from asnsolve.edits.change_members import edit_association, edit_file
    from asnsolve.edits.gather_files import GatheredFiles, gather_files
    from asnsolve.edits.listed_files import association_from_list
    from asnsolve.errors import (
        AsnsolveError,
        AssociationError,
        ExpressionError,
        LawError,
        Location,
        NamingError,
        PoolError,
        Problem,
        RuleError,
        SearchLimitError,
        UsageError,
    )
    from asnsolve.explanations.answers import (
        Change,
        ClauseAnswer,
        DroppedMembership,
        Explanation,
        LeftOut,
        LevelReason,
        Membership,
        Remedy,
        RuleAnswer,
        UnmetNeed,
    )
    from asnsolve.explanations.member_answers import Grounds, SharedKey
    from asnsolve.explanations.why import explain
    from asnsolve.from_files.associate_files import associate
    from asnsolve.from_files.solved_request import Associated
    from asnsolve.pipeline import solve
    from asnsolve.pool.candidates import Candidates
    from asnsolve.pool.header_cells import Provenance
    from asnsolve.pool.raw_table import SetAsideRow
    from asnsolve.pool.table import Pool
    from asnsolve.pool.texts import Texts
    from asnsolve.profiles.archive_tables import ArchiveTables
    from asnsolve.profiles.file_fields import FileField, FileFields
    from asnsolve.profiles.file_names import FileNames
    from asnsolve.profiles.header_descriptions import DerivedNumber, DerivedWord, Headers
    from asnsolve.profiles.name_parts import FileName, Part, Placeholder, ProductName
    from asnsolve.profiles.naming import Names
    from asnsolve.profiles.profile import Profile, Vocabulary
    from asnsolve.proofs.findings import Finding, Report
    from asnsolve.proofs.replay import ProofError
    from asnsolve.proofs.rule_check import check
    from asnsolve.rules.domain import Declared, Domain
    from asnsolve.rules.load import load_rules
    from asnsolve.rules.model import Rule
    from asnsolve.rules.rule_set import RuleSet
    from asnsolve.simulate.demo import demo_pool
    from asnsolve.solvers.graph import build_graph
    from asnsolve.solvers.refusals import Orphan, Refusal

__all__ = [
    "ArchiveTables",
    "AsnsolveError",
    "Associated",
    "Association",
    "AssociationError",
    "Candidates",
    "Change",
    "ClauseAnswer",
    "Declared",
    "DerivedNumber",
    "DerivedWord",
    "Domain",
    "Dropped",
    "DroppedMembership",
    "Explanation",
    "ExpressionError",
    "Fault",
    "FileField",
    "FileFields",
    "FileName",
    "FileNames",
    "Finding",
    "GatheredFiles",
    "Grounds",
    "Headers",
    "LawError",
    "LeftOut",
    "LevelReason",
    "Location",
    "Match",
    "Member",
    "Membership",
    "Names",
    "NamingError",
    "Orphan",
    "Part",
    "Placeholder",
    "Pool",
    "PoolError",
    "Problem",
    "Product",
    "ProductName",
    "Profile",
    "ProofError",
    "Provenance",
    "Refusal",
    "Remedy",
    "Report",
    "Rule",
    "RuleAnswer",
    "RuleError",
    "RuleSet",
    "SearchLimitError",
    "SetAsideRow",
    "SharedKey",
    "Solution",
    "Texts",
    "UnmetNeed",
    "UsageError",
    "Vocabulary",
    "associate",
    "association_from_list",
    "build_graph",
    "check",
    "demo_pool",
    "edit_association",
    "edit_file",
    "explain",
    "gather_files",
    "load_rules",
    "read_association",
    "solve",
    "validate_file",
]

_NAMES_OF_MODULE = {
    "asnsolve.profiles.profile": "Profile Vocabulary",
    "asnsolve.profiles.name_parts": "FileName Part Placeholder ProductName",
    "asnsolve.profiles.naming": "Names",
    "asnsolve.profiles.archive_tables": "ArchiveTables",
    "asnsolve.profiles.file_fields": "FileField FileFields",
    "asnsolve.profiles.file_names": "FileNames",
    "asnsolve.profiles.header_descriptions": "DerivedNumber DerivedWord Headers",
    "asnsolve.associations.association": "Match Association Member Product",
    "asnsolve.associations.dropped": "Dropped",
    "asnsolve.associations.faults": "Fault",
    "asnsolve.associations.read_files": "read_association",
    "asnsolve.associations.solution": "Solution",
    "asnsolve.associations.validation": "validate_file",
    "asnsolve.edits.change_members": "edit_association edit_file",
    "asnsolve.edits.gather_files": "GatheredFiles gather_files",
    "asnsolve.edits.listed_files": "association_from_list",
    "asnsolve.errors": "AsnsolveError AssociationError ExpressionError LawError Location "
    "NamingError PoolError Problem RuleError SearchLimitError UsageError",
    "asnsolve.explanations.answers": (
        "Change ClauseAnswer DroppedMembership Explanation LeftOut LevelReason Membership Remedy "
        "RuleAnswer UnmetNeed"
    ),
    "asnsolve.explanations.member_answers": "Grounds SharedKey",
    "asnsolve.explanations.why": "explain",
    "asnsolve.from_files.associate_files": "associate",
    "asnsolve.from_files.solved_request": "Associated",
    "asnsolve.pipeline": "solve",
    "asnsolve.pool.candidates": "Candidates",
    "asnsolve.pool.header_cells": "Provenance",
    "asnsolve.pool.raw_table": "SetAsideRow",
    "asnsolve.pool.table": "Pool",
    "asnsolve.pool.texts": "Texts",
    "asnsolve.proofs.findings": "Finding Report",
    "asnsolve.proofs.replay": "ProofError",
    "asnsolve.proofs.rule_check": "check",
    "asnsolve.rules.domain": "Declared Domain",
    "asnsolve.rules.load": "load_rules",
    "asnsolve.rules.model": "Rule",
    "asnsolve.rules.rule_set": "RuleSet",
    "asnsolve.simulate.demo": "demo_pool",
    "asnsolve.solvers.graph": "build_graph",
    "asnsolve.solvers.refusals": "Orphan Refusal",
}
"""Where each public name is defined. Type checkers read the imports above; a test compares them."""

_MODULES = {name: module for module, names in _NAMES_OF_MODULE.items() for name in names.split()}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a public name may be anything
    """Import a public name when it is first used, so that ``asnsolve --help`` answers at once."""
    if name not in _MODULES:
        raise AttributeError(f"module 'asnsolve' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__

"""A small level of its own: what the tests of rules build their rules from."""

from __future__ import annotations

from typing import Any

from asnsolve.expr.build import at_least, is_set, one_of
from asnsolve.rules.model import Base, Cases, Clause, Rule

__all__ = ["BASE", "IMAGES", "rule"]

BASE = Base(
    name="Small_Base",
    roles=Cases(((is_set("is_psf"), "psf"), (is_set("bkgdtarg"), "background")), "science"),
    suffixes=Cases((), otherwise="cal"),
    product="jw{program}",
    needs=(at_least(1, "science"),),
)

IMAGES = Clause("exp_type", one_of("exp_type", "mir_image"))


def rule(**parts: Any) -> Rule:  # noqa: ANN401 - parts of a rule, wrong ones too
    """Return an acceptable rule but for the parts given."""
    known = {"name": "Asn_Small", "asn_type": "small3", "title": "Small", "base": BASE}
    return Rule(**{**known, "clauses": (IMAGES,), **parts})

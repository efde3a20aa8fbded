"""A small level of its own: what the tests of rules build their rules from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st

from asnsolve.expr.build import at_least, is_set, one_of
from asnsolve.rules.model import Base, Cases, Clause, Rule
from tests.examples import predicates

__all__ = ["BASE", "IMAGES", "WORDS", "cases", "rule", "unchecked"]

Made = TypeVar("Made")

BASE = Base(
    name="Small_Base",
    roles=Cases(((is_set("is_psf"), "psf"), (is_set("bkgdtarg"), "background")), "science"),
    suffixes=Cases((), otherwise="cal"),
    product="jw{program}-{asn_id}_{target}_{instrument}",
    needs=(at_least(1, "science"),),
)

IMAGES = Clause("exp_type", one_of("exp_type", "mir_image"))

WORDS = ("science", "psf", "background")
"""Roles that exposures of a small rule may have."""


def rule(**parts: Any) -> Rule:
    """Return an acceptable rule but for the parts given."""
    known = {"name": "Asn_Small", "asn_type": "small3", "title": "Small", "base": BASE}
    return Rule(**{**known, "clauses": (IMAGES,), **parts})


def unchecked(make: Callable[..., Made], *arguments: object, **named: object) -> Made:
    """Make a value of arguments that a type checker would refuse."""
    return make(*arguments, **named)


def cases() -> st.SearchStrategy[Cases]:
    """Return case lists that may decide on one word more than once."""
    pairs = st.tuples(predicates(), st.sampled_from(WORDS))
    return st.builds(
        lambda listed, otherwise: Cases(tuple(listed), otherwise),
        st.lists(pairs, max_size=4),
        st.sampled_from(WORDS),
    )

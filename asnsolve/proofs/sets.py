"""Declarations of the rule sets in the package, for checks of changed rules."""

from __future__ import annotations

from asnsolve.rules.shipped_declarations import DECLARED, DOMAIN

__all__ = ["DECLARED", "DOMAIN"]

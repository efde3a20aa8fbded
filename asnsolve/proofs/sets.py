"""What is declared of the rule sets of the package, for those who check changed rules."""

from __future__ import annotations

from asnsolve.rules.shipped_declarations import DECLARED, DOMAIN

__all__ = ["DECLARED", "DOMAIN"]

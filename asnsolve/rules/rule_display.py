"""What a rule and a rule set show of themselves in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asnsolve.displays import brief, first_few, html_table, text_lines
from asnsolve.expr.fold import attributes

if TYPE_CHECKING:
    from asnsolve.rules.model import Clause, Rule
    from asnsolve.rules.rule_set import RuleSet


def rule_text(rule: Rule) -> str:
    """Show a rule on one line.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    str
        Its name, type, level and title.
    """
    return f"<Rule {_name(rule)}, level {rule.base.level}, {brief(rule.asn_type)}: {_title(rule)}>"


def rule_html(rule: Rule) -> str:
    """Show the clauses of a rule.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    str
        HTML.
    """
    return html_table(
        f"Rule {_name(rule)}: {_title(rule)}",
        ("clause", "tests", "members share"),
        [(clause.name, _tested(clause), _shared(clause)) for clause in rule.all_clauses],
        [
            f"level {rule.base.level}, type {brief(rule.asn_type)}",
            f"roles: {first_few(rule.all_roles, 8)}",
            f"product: {rule.product_template}",
            f"in English: asnsolve rules show {rule.name}",
        ],
    )


def rule_set_text(rules: RuleSet) -> str:
    """Show how many rules a set has for which types.

    Parameters
    ----------
    rules : RuleSet
        The rule set.

    Returns
    -------
    str
        A few lines.
    """
    return text_lines(f"RuleSet {brief(rules.name)}: {len(rules):,} rules", _levels(rules))


def rule_set_html(rules: RuleSet) -> str:
    """Show the rules of a set.

    Parameters
    ----------
    rules : RuleSet
        The rule set.

    Returns
    -------
    str
        HTML.
    """
    return html_table(
        f"Rule set {brief(rules.name)}: {len(rules):,} rules",
        ("level", "type", "rule", "title"),
        [(rule.base.level, rule.asn_type, _name(rule), rule.title) for rule in rules],
        _levels(rules),
    )


def _levels(rules: RuleSet) -> Iterator[str]:
    for level in sorted({rule.base.level for rule in rules}):
        of_level = [rule for rule in rules if rule.base.level == level]
        types = sorted({rule.asn_type for rule in of_level})
        yield f"level {level}: {len(of_level):,} rules for {first_few(types, 10)}"


def _name(rule: Rule) -> str:
    return brief(f"{rule.name} ({rule.variant})" if rule.variant else rule.name)


def _title(rule: Rule) -> str:
    return brief(rule.title, 80)


def _tested(clause: Clause) -> str:
    return "" if clause.where is None else ", ".join(sorted(attributes(clause.where)))


def _shared(clause: Clause) -> str:
    return "" if clause.key is None else " or ".join(clause.key.sources)

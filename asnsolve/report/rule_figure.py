"""A figure of a rule set: of which bases and mixins its rules are made."""

from __future__ import annotations

from collections.abc import Iterable

from asnsolve.report.rule_sentences import full_name
from asnsolve.rules.model import Rule

_Parts = tuple[str, tuple[str, ...]]


def figure_mermaid(rules: Iterable[Rule]) -> str:
    """Draw how bases, mixins and rules relate, in the language of Mermaid.

    Parameters
    ----------
    rules : iterable of Rule
        The rules.

    Returns
    -------
    str
        A flow chart without the fence. Rules with the same base and mixins are in one box, to which
        arrows lead from that base and these mixins. The same for the same rules.
    """
    boxes = _boxes(rules)
    bases = dict.fromkeys(base for base, _ in boxes)
    mixins = dict.fromkeys(name for _, names in boxes for name in names)
    marks = {name: f"b{number}" for number, name in enumerate(bases)}
    marks |= {name: f"m{number}" for number, name in enumerate(mixins)}
    lines = ["flowchart LR"]
    lines += [f"  {marks[base]}([{base}])" for base in bases]
    lines += [f"  {marks[mixin]}[{mixin}]" for mixin in mixins]
    for number, ((base, names), own) in enumerate(boxes.items()):
        lines.append(f'  r{number}["{"<br>".join(own)}"]')
        lines += [f"  {marks[part]} --> r{number}" for part in (base, *names)]
    return "\n".join(lines)


def figure_text(rules: Iterable[Rule]) -> str:
    """Draw how bases, mixins and rules relate as a tree of text.

    Parameters
    ----------
    rules : iterable of Rule
        The rules.

    Returns
    -------
    str
        Below each base the combinations of mixins, and below each of these its rules.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> rules = load_rules("level3-2017")
    >>> print(figure_text([rules["Asn_Coron"], rules["Asn_AMI"], rules["Asn_TSO_Flag"]]))
    DMS_Level3_Base
    |- AsnMixin_Base + AsnMixin_OpticalPath
    |    Asn_Coron
    |    Asn_AMI
    |- AsnMixin_Base + AsnMixin_OpticalPath + AsnMixin_Target
         Asn_TSO_Flag
    """
    boxes = _boxes(rules)
    lines: list[str] = []
    for base in dict.fromkeys(base for base, _ in boxes):
        lines.append(base)
        of_base = [(names, own) for (its, names), own in boxes.items() if its == base]
        for number, (names, own) in enumerate(of_base, start=1):
            # The line at the left ends where no other mixins follow.
            edge = " " if number == len(of_base) else "|"
            lines.append(f"|- {' + '.join(names) or 'no mixins'}")
            lines += [f"{edge}    {name}" for name in own]
    return "\n".join(lines)


def _boxes(rules: Iterable[Rule]) -> dict[_Parts, list[str]]:
    """Collect the rules of the same base and mixins, in the order of the rules."""
    boxes: dict[_Parts, list[str]] = {}
    for rule in rules:
        names = tuple(dict.fromkeys(mixin.name for mixin in rule.mixins))
        boxes.setdefault((rule.base.name, names), []).append(full_name(rule))
    return boxes

"""What an explanation shows of itself in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asnsolve.displays import brief, html_text

if TYPE_CHECKING:
    from asnsolve.explanations.answers import Explanation

_MOST = 4


def explanation_brief(explanation: Explanation) -> str:
    """Show which associations an exposure is in, and the nearest rules that refuse it.

    Parameters
    ----------
    explanation : Explanation
        The explanation.

    Returns
    -------
    str
        A few lines; the text of the explanation says why.
    """
    memberships, told = explanation.memberships, explanation.told
    lines = [
        f"<Explanation of {brief(explanation.exposure)}: in {len(memberships):,} associations>"
    ]
    lines += [f"  {one.role} of {brief(one.file_name)}" for one in memberships[:_MOST]]
    if len(memberships) > _MOST:
        lines.append(f"  and {len(memberships) - _MOST:,} more")
    for answer in told[:_MOST]:
        clauses = [refusal.clause for refusal in answer.refusals]
        why = f", refused by clause {brief(clauses[0])}" if clauses else ""
        lines.append(f"  level {answer.level}: nearest rule {brief(answer.rule)}{why}")
    return "\n".join(lines)


def explanation_html(explanation: Explanation) -> str:
    """Show the whole text of an explanation.

    Parameters
    ----------
    explanation : Explanation
        The explanation.

    Returns
    -------
    str
        HTML.
    """
    return html_text(f"Explanation of {explanation.exposure}", str(explanation))

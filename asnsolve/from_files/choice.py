"""Which of the associations that were found are wanted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.from_files.inputs import Inputs
from asnsolve.interpret.to_mask import to_mask
from asnsolve.rules.jwst.roles_and_stages import LEVEL3_ROLES

_SERVING: Final = LEVEL3_ROLES.when(("background", "imprint", "target_acquisition"))
"""Exposures that serve others, and that are calibrated alone all the same."""


def wanted(
    associations: Iterable[Association], inputs: Inputs, *, only_science: bool
) -> list[Association]:
    """Drop associations of which nobody wants the product.

    Parameters
    ----------
    associations : iterable of Association
        The associations.
    inputs : Inputs
        Their exposures.
    only_science : bool
        Whether nothing is to be made of backgrounds, imprints and acquisitions alone.

    Returns
    -------
    list of Association
        Those that have a science member other than these, and other than files that only serve.
    """
    unwanted = set(inputs.aside)
    if only_science:
        names = inputs.pool.exposures.list()
        serving = to_mask(_SERVING, inputs.pool)
        unwanted |= {names[code] for code in inputs.pool.codes("filename")[serving].tolist()}
    if not unwanted:
        return list(associations)
    return [
        association
        for association in associations
        if any(
            member.exptype == "science" and member.exposure not in unwanted
            for member in association.members
        )
    ]

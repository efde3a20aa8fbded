"""Level 3 images: by target, by mosaic, of backgrounds, and of wavefront sensing.

Source: the rules of the same names in ``rules_level3.py``.
"""

from __future__ import annotations

from asnsolve.expr.build import at_least, not_, one_of, same
from asnsolve.rules.jwst.exposures import JITTER
from asnsolve.rules.jwst.level3.base import (
    NOT_BACKGROUND,
    NOT_TIME_SERIES,
    SEVERAL_OBSERVATIONS,
    AsnMixin_Science,
    Constraint_Image,
    Constraint_Optical_Path,
    Constraint_Target,
    DMS_Level3_Base,
    background_rule,
    combining_rule,
    every_target,
    level3_rule,
    visit_type,
)
from asnsolve.rules.model import Clause, Reach

Asn_Lv3Image = combining_rule(
    name="Asn_Lv3Image",
    asn_type="image3",
    title="Images of one target through one optical path",
    mixins=(AsnMixin_Science, Constraint_Optical_Path, Constraint_Target, Constraint_Image),
    clauses=(visit_type(), NOT_BACKGROUND, NOT_TIME_SERIES),
)

# Without Constraint_Target: the tiles of a mosaic have a target each.
Asn_Lv3ImageMosaic = combining_rule(
    name="Asn_Lv3ImageMosaic",
    asn_type="image3",
    title="Images of all tiles of a mosaic through one optical path, whatever their target",
    mixins=(AsnMixin_Science, Constraint_Optical_Path, Constraint_Image),
    clauses=(visit_type(), NOT_BACKGROUND, NOT_TIME_SERIES),
    reach=Reach(candidate_types=("mosaic",), discovered=False),
)

Asn_Lv3ImageBackground = background_rule(
    name="Asn_Lv3ImageBackground",
    asn_type="image3",
    title="Images of a dedicated background, combined by themselves",
    mixins=(AsnMixin_Science, Constraint_Optical_Path, Constraint_Image),
    clauses=(
        every_target(),
        visit_type(),
        Clause("bkgdtarg", key=same("bkgdtarg")),
        NOT_TIME_SERIES,
    ),
)

Asn_Lv3WFSCMB = level3_rule(
    name="Asn_Lv3WFSCMB",
    asn_type="wfs-image3",
    title="Wavefront sensing and control: the images of one activity, to be combined",
    mixins=(AsnMixin_Science, Constraint_Optical_Path, Constraint_Target, Constraint_Image),
    clauses=(
        Clause("patttype", one_of("patttype", "wfsc")),
        Clause("detector", key=same("detector")),
        # The pair of one activity is combined, and nothing else.
        Clause("obs_id", key=same("obs_id")),
        Clause("act_id", key=same("act_id")),
        Clause("dms_note", not_(JITTER)),
    ),
    needs=(SEVERAL_OBSERVATIONS, at_least(2)),
    # Groups would combine pairs of several observations.
    reach=Reach(barred_types=("group",)),
    # The pipeline fills in the suffix; the activity distinguishes the pairs of a visit.
    product=f"{DMS_Level3_Base.product}-{{detector}}_{{suffix}}-{{activity}}",
)

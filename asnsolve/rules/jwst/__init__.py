"""Rule set ``jwst``: the operational rules of levels 2 and 3.

Source: behaviour of the operational generator, ``jwst.associations`` 3.0; docs/deviations.md lists
where asnsolve differs and why. The official rule Asn_Lv3ACQ_Reprocess makes no association but adds
acquisitions to those of their observation; here that is a step of `DMS_Level3_Base`.
"""

from __future__ import annotations

from asnsolve.rules.jwst.examples_jwst import EXAMPLES
from asnsolve.rules.jwst.level2 import grism as grism2
from asnsolve.rules.jwst.level2 import image as image2
from asnsolve.rules.jwst.level2 import lamp, nods
from asnsolve.rules.jwst.level2 import spectrum as spectrum2
from asnsolve.rules.jwst.level3 import coronagraphy, series
from asnsolve.rules.jwst.level3 import grism as grism3
from asnsolve.rules.jwst.level3 import image as image3
from asnsolve.rules.jwst.level3 import spectrum as spectrum3
from asnsolve.rules.rule_set import RuleSet, rules_in

# Level by level and page by page; reports list the rules in the order in which pages define them.
_PAGES = (
    *(image2, spectrum2, nods, lamp, grism2),
    *(image3, coronagraphy, spectrum3, series, grism3),
)

JWST = RuleSet(
    name="jwst",
    rules=tuple(rule for page in _PAGES for rule in rules_in(vars(page))),
    examples=EXAMPLES,
)

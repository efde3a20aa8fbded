"""Rule set ``jwst``: the operational rules of levels 2 and 3.

Source: behaviour of the operational generator, ``jwst.associations`` 3.0; docs/deviations.md lists
where asnsolve differs and why. The official rule Asn_Lv3ACQ_Reprocess makes no association but adds
acquisitions to those of their observation; here that is a step of `DMS_Level3_Base`.
"""

from __future__ import annotations

from asnsolve.rules.jwst.level2.grism import (
    Asn_Lv2WFSSMIR,
    Asn_Lv2WFSSNIS,
    Asn_Lv2WFSSNRC,
    Asn_Lv2WFSSParallel,
)
from asnsolve.rules.jwst.level2.image import (
    Asn_Lv2CoronAsRate,
    Asn_Lv2FGS,
    Asn_Lv2Image,
    Asn_Lv2ImageNonScience,
    Asn_Lv2ImageSpecial,
    Asn_Lv2ImageTSO,
    Asn_Lv2WFSC,
)
from asnsolve.rules.jwst.level2.lamp import Asn_Lv2NRSLAMPImage, Asn_Lv2NRSLAMPSpectral
from asnsolve.rules.jwst.level2.nods import (
    Asn_Lv2MIRLRSFixedSlitNod,
    Asn_Lv2NRSFSS,
    Asn_Lv2NRSIFUNod,
    Asn_Lv2NRSMSA,
)
from asnsolve.rules.jwst.level2.spectrum import (
    Asn_Lv2Spec,
    Asn_Lv2SpecImprint,
    Asn_Lv2SpecSpecial,
    Asn_Lv2SpecSpecial_imprint,
    Asn_Lv2SpecTSO,
    Asn_MIRLRSTAConfirm,
)
from asnsolve.rules.jwst.level3.coronagraphy import (
    Asn_Lv3AMI,
    Asn_Lv3MIRCoron,
    Asn_Lv3NRCCoron,
    Asn_Lv3NRCCoronImage,
)
from asnsolve.rules.jwst.level3.grism import Asn_Lv3WFSSMIR, Asn_Lv3WFSSNIS, Asn_Lv3WFSSNRC
from asnsolve.rules.jwst.level3.image import (
    Asn_Lv3Image,
    Asn_Lv3ImageBackground,
    Asn_Lv3ImageMosaic,
    Asn_Lv3WFSCMB,
)
from asnsolve.rules.jwst.level3.series import Asn_Lv3TSO
from asnsolve.rules.jwst.level3.spectrum import (
    Asn_Lv3MIRMRS,
    Asn_Lv3MIRMRSBackground,
    Asn_Lv3NRSFSS,
    Asn_Lv3NRSIFU,
    Asn_Lv3NRSIFUBackground,
    Asn_Lv3SlitlessSpectral,
    Asn_Lv3SpecAux,
    Asn_Lv3SpectralSource,
    Asn_Lv3SpectralTarget,
)
from asnsolve.rules.rule import RuleSet

JWST = RuleSet(
    name="jwst",
    # Level by level; reports list the rules in this order.
    rules=(
        Asn_Lv2Image,
        Asn_Lv2ImageTSO,
        Asn_Lv2ImageSpecial,
        Asn_Lv2ImageNonScience,
        Asn_Lv2CoronAsRate,
        Asn_Lv2FGS,
        Asn_Lv2WFSC,
        Asn_Lv2Spec,
        Asn_Lv2SpecTSO,
        Asn_Lv2SpecSpecial,
        Asn_Lv2SpecSpecial_imprint,
        Asn_Lv2SpecImprint,
        Asn_MIRLRSTAConfirm,
        Asn_Lv2MIRLRSFixedSlitNod,
        Asn_Lv2NRSFSS,
        Asn_Lv2NRSMSA,
        Asn_Lv2NRSIFUNod,
        Asn_Lv2NRSLAMPImage,
        Asn_Lv2NRSLAMPSpectral,
        Asn_Lv2WFSSNIS,
        Asn_Lv2WFSSNRC,
        Asn_Lv2WFSSMIR,
        Asn_Lv2WFSSParallel,
        Asn_Lv3Image,
        Asn_Lv3ImageMosaic,
        Asn_Lv3ImageBackground,
        Asn_Lv3WFSCMB,
        Asn_Lv3AMI,
        Asn_Lv3MIRCoron,
        Asn_Lv3NRCCoron,
        Asn_Lv3NRCCoronImage,
        Asn_Lv3MIRMRS,
        Asn_Lv3MIRMRSBackground,
        Asn_Lv3NRSFSS,
        Asn_Lv3NRSIFU,
        Asn_Lv3NRSIFUBackground,
        Asn_Lv3SpectralSource,
        Asn_Lv3SpectralTarget,
        Asn_Lv3SlitlessSpectral,
        Asn_Lv3SpecAux,
        Asn_Lv3TSO,
        Asn_Lv3WFSSNIS,
        Asn_Lv3WFSSNRC,
        Asn_Lv3WFSSMIR,
    ),
)

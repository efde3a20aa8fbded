"""What an association shows of itself in a notebook."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.associations.small import found, stepped
from tests.solvers.rows import exposure


def test_a_notebook_shows_members_and_what_they_share() -> None:
    (one,) = found([exposure("a"), exposure("x", bkgdtarg="t")], stepped())
    one = replace(one, signature={"opt_elem": "f090w", "channel": "", "targetid": "1"})
    shown = re.sub("<[^>]*>", "|", one._repr_html_())
    assert re.findall("[^|\n]+", shown) == [
        "jw00001-o001_small3_00001_asn.json",
        *("role", "member"),
        *("science", "jw_a_cal.fits"),
        *("background", "jw_x_cal.fits"),
        "type small3, rule Asn_Small, candidate o001",
        "product: jw00001-o001_t000_nircam_clear",
        "the members share opt_elem f090w, targetid 1",
    ]
    assert "members share" not in replace(one, signature={"channel": ""})._repr_html_()

"""What an association shows of itself in a notebook."""

from __future__ import annotations

import re
from dataclasses import replace

from asnsolve.associations.association_display import roles_text
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


def test_a_text_counts_a_few_roles() -> None:
    (one,) = found([exposure("a"), exposure("b"), exposure("x", bkgdtarg="t")], stepped())
    shown = "by Asn_Small: 2 science, 1 background>"
    assert repr(one) == f"<Association jw00001-o001_small3_00001_asn.json {shown}"
    unnamed = replace(one, file_name="")
    assert repr(unnamed) == f"<Association {one.products[0].name} {shown}"
    (product,) = one.products
    several = [replace(product, name=name, members=()) for name in "pqrs"]
    assert repr(replace(unnamed, products=tuple(several[:2]))).startswith("<Association p, q by ")
    assert repr(replace(unnamed, products=tuple(several))).startswith("<Association p, q and 2 ")
    members = [replace(product.members[0], exptype=f"role{n}") for n in range(12)]
    assert roles_text(members[:10]) == ", ".join(f"1 role{n}" for n in range(10))
    assert roles_text(members[:11]).startswith(", ".join(f"1 role{n}" for n in range(10)) + " and ")
    assert [name for name in dir(one) if name.startswith("_")] == []

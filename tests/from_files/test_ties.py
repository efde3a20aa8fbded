"""Candidates that tie observations to those that serve them."""

from __future__ import annotations

import pytest

from asnsolve.from_files.ties import with_ties
from asnsolve.pool.header_cells import Provenance, Row


def row(exp_type: str = "MIR_IMAGE", obs_num: str = "1", **cells: str) -> Row:
    cell = f"[('o00{obs_num}', 'observation')]"
    return {
        "program": "7",
        "obs_num": obs_num,
        "exp_type": exp_type,
        "targetid": "1",
        "asn_candidate": cell,
        **cells,
    }


def candidates(*rows: Row, merged: bool = False, with_skies: bool = True) -> list[str]:
    """Return the candidates that are added, without the observation's own."""
    provenance = [Provenance("a", "a")] * len(rows)
    tied = with_ties(rows, provenance, merged=merged, with_skies=with_skies)
    return [
        one["asn_candidate"].partition("observation')")[2].removesuffix("]").removeprefix(", ")
        for one in tied
    ]


@pytest.mark.parametrize("instrument", ["MIR", "NIS", "NRC"])
def test_spectra_without_target_are_tied_to_direct_images(instrument: str) -> None:
    grism, image = (row(f"{instrument}_{kind}", targetid="") for kind in ("WFSS", "IMAGE"))
    tie = "('c2001', 'direct_image')"
    assert candidates(grism, image) == [tie, tie]
    assert candidates(grism | {"targetid": "1"}, image) == ["", ""]
    assert candidates(grism, image | {"obs_num": "2"}) == [tie, ""]
    assert candidates(grism, image | {"exp_type": f"{instrument}_DARK"}) == [tie, ""]
    assert candidates(image) == [""]
    assert candidates(grism | {"obs_num": "x"}) == [""]


def test_a_background_ties_the_observations_of_its_type() -> None:
    rows = [
        row(),
        row(obs_num="2", bkgdtarg="T"),
        row("MIR_MRS", "3"),
        row(obs_num="4", program="8"),
    ]
    tie = "('c1000', 'background')"
    assert candidates(*rows) == [tie, tie, "", ""]
    assert candidates(*rows, with_skies=False) == ["", "", "", ""]


def test_a_reference_ties_the_observations_of_its_type() -> None:
    rows = [row(), row(obs_num="2", is_psf="T"), row("MIR_MRS", "3")]
    tie = "('c1001', 'group')"
    assert candidates(*rows) == [tie, tie, ""]
    assert candidates(row(), row("MIR_MRS", "3"), merged=True) == [tie, tie]


def test_backgrounds_of_references_serve_references_alone() -> None:
    rows = [row(), row(obs_num="2", is_psf="T"), row(obs_num="2", is_psf="T", bkgdtarg="T")]
    group = "('c1001', 'group')"
    own = f"('c1002', 'background'), {group}"
    assert candidates(*rows) == [group, own, own]
    tied = with_ties(rows, [Provenance("a", "a")] * 3, merged=False, with_skies=True)
    assert [one.get("is_psf", "") for one in tied] == ["", "T", ""]
    sky = row(obs_num="3", bkgdtarg="T")
    shared = f"('c1000', 'background'), {group}"
    assert candidates(*rows, sky) == [shared, own, own, shared]


def test_candidates_of_the_user_stay() -> None:
    rows = [row(), row(obs_num="2", is_psf="T")]
    supplied = Provenance("a", "a", supplied=("asn_candidate",))
    tied = with_ties(rows, [supplied, Provenance("b", "b")], merged=False, with_skies=True)
    assert tied[0] == rows[0]
    assert tied[1] != rows[1]
    (empty,) = with_ties(
        [row(asn_candidate="[]")], [Provenance("a", "a")], merged=True, with_skies=True
    )
    assert empty["asn_candidate"] == "[('c1001', 'group')]"
    (none,) = with_ties(
        [{"program": "7", "obs_num": "1", "exp_type": "MIR_IMAGE"}],
        [Provenance("a", "a")],
        merged=True,
        with_skies=True,
    )
    assert "asn_candidate" not in none

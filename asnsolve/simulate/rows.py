"""Carry out programs: make the rows that the archive would put into a pool."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

from asnsolve.simulate.pool_columns import COLUMNS, GRATING_TILTS, INSTRUMENTS
from asnsolve.simulate.proposal import NULL, Activity, Observation, OpticalPath, Program

Row = dict[str, str]
"""Cells of one exposure by upper-case column, with all columns of `COLUMNS` in their order."""

_EMPTY_ROW: Row = dict.fromkeys(COLUMNS, NULL)


def program_rows(program: Program, seed: int) -> Iterator[Row]:
    """Carry out one program.

    Parameters
    ----------
    program : Program
        The program.
    seed : int
        Seed of what plans leave open: numbers of groups and integrations, and failures.

    Yields
    ------
    dict of str to str
        One row per exposure, in the order of observation, with the columns of `COLUMNS` in order.
    """
    # A generator of its own for each program, so that a program has the same rows in any company.
    rng = Random(f"{seed}/{program.number}")
    targets: dict[str, int] = {}
    first_observation, first_candidate = 1, 1000
    for plan in program.plans:
        for place, observation in enumerate(plan.observations):
            number = first_observation + place
            # Every observation is a candidate; those of ties are numbered through the program.
            candidates = [(f"o{number:03}", "OBSERVATION")]
            candidates += [
                (f"c{first_candidate + k}", tie.kind)
                for k, tie in enumerate(plan.ties)
                if place in tie.observations
            ]
            cells = {
                "PROGRAM": str(program.number),
                "OBS_NUM": str(number),
                "SDP_VER": program.version,
                "ASN_CANDIDATE": str(candidates),
                **_observation_cells(observation, targets),
            }
            for visit in range(1, len(observation.visits) + 1):
                yield from _visit_rows(observation, visit, cells, rng, program.failures)
        first_observation += len(plan.observations)
        first_candidate += len(plan.ties)


def _observation_cells(observation: Observation, targets: dict[str, int]) -> Row:
    """Return the cells that an observation shares; a new target gets the next number."""
    cells = {
        "VISITYPE": observation.visit_type,
        "TEMPLATE": observation.template,
        "TARGORDN": "1",
        "BKGDTARG": _flag(observation.background),
        "TSOVISIT": _flag(observation.tso),
        "IS_PSF": NULL if observation.psf is None else _flag(observation.psf),
        "DMS_NOTE": observation.note,
        "MTSHADOW": "NONE",
    }
    if observation.target is not None:
        cells["TARGETID"] = str(targets.setdefault(observation.target, len(targets) + 1))
        cells["TARGPROP"] = observation.target.replace(" ", "-")
        cells["TARGNAME"] = observation.target
        moving = observation.visit_type == "PRIME_TARGETED_MOVING"
        cells["TARGTYPE"] = "MOVING" if moving else "FIXED"
    return cells


def _visit_rows(
    observation: Observation, visit: int, cells: Row, rng: Random, failures: float
) -> Iterator[Row]:
    """Yield the rows of the activities of one visit, in order."""
    visit_id = f"{int(cells['PROGRAM']):05}{int(cells['OBS_NUM']):03}{visit:03}"
    # OBS_ID names the visit that points the telescope and, after it, the program and observation
    # of a pure parallel.
    prime, rider = visit_id, "0" * 8
    if observation.prime is not None:
        program, number = observation.prime
        prime, rider = f"{program:05}{number:03}{visit:03}", visit_id[:8]
    activities = observation.visits[visit - 1]
    # Activities are numbered in each group and sequence, exposures in the whole visit.
    acts: dict[tuple[int, int], Iterator[int]] = {}
    exposed = 0
    for activity in activities:
        act = next(acts.setdefault((activity.group, activity.sequence), count(1)))
        stamp = f"{activity.group:02}{activity.sequence}{_base36(act)}"
        msa = f"jw{visit_id}_{activity.shutters:02}_msa.fits" if activity.shutters else NULL
        activity_cells = {
            **_EMPTY_ROW,
            **cells,
            "VISIT": str(visit),
            "VISIT_ID": visit_id,
            "MOSTILNO": str(visit) if observation.mosaic else "1",
            "NEXPOSUR": str(sum(each.dither.points for each in activities)),
            "OBS_ID": f"V{prime}P{rider}{stamp}",
            "MSAMETFL": msa,
            **_activity_cells(activity, act, rng),
        }
        errors = [
            "UNSUCCESSFUL" if failures and rng.random() < failures else NULL
            for _ in range(activity.dither.points)
        ]
        yield from _activity_rows(
            activity, activity_cells, stem=f"jw{visit_id}_{stamp}", exposed=exposed, errors=errors
        )
        exposed += activity.dither.points


def _activity_cells(activity: Activity, act: int, rng: Random) -> Row:
    """Return the cells that the exposures of an activity share."""
    dither = activity.dither
    series = activity.segments > 0
    return {
        "VISITGRP": str(activity.group),
        "SEQ_ID": str(activity.sequence),
        "ACT_ID": _base36(act),
        "PNTGTYPE": "TARGET_ACQUISITION" if activity.acquisition else "SCIENCE",
        "EXPSPCIN": str(activity.specification or act),
        "PATTTYPE": dither.pattern,
        "NUMDTHPT": str(dither.whole or dither.points) if dither.pattern != NULL else NULL,
        "PATTSIZE": dither.size,
        "SUBPXPTS": str(dither.subpixel) if dither.subpixel else NULL,
        "SUBARRAY": activity.subarray,
        "APERNAME": activity.aperture,
        "IS_IMPRT": "T" if activity.imprint else NULL,
        "EXSEGTOT": str(activity.segments) if series else NULL,
        "NINTS": str(rng.randrange(100, 2000)) if series else "1",
        "NGROUPS": str(rng.randrange(3, 40)),
        **activity.cells,
    }


def _activity_rows(
    activity: Activity, cells: Row, *, stem: str, exposed: int, errors: list[str]
) -> Iterator[Row]:
    """Yield a row for every point, path, detector and segment.

    `errors` has EXPOSERR of each point, and `exposed` is the number of exposures before.
    """
    dither = activity.dither
    parts = [f"-seg{n:03}" for n in range(1, activity.segments + 1)] or [""]
    # All that does not change from point to point is computed once for each detector.
    templates = [
        ({**cells, **_detector_cells(activity, path, detector)}, detector.lower())
        for path in activity.paths
        for detector in path.detectors
    ]
    for point, error in enumerate(errors, start=1):
        position, pointing = str(point), str(exposed + point)
        exposure = {
            "EXPOSURE": position,
            "EXPCOUNT": pointing,
            "PNTG_SEQ": pointing,
            "DITHPTIN": position,
            "PATT_NUM": position if dither.pattern != NULL else NULL,
            "EXPOSERR": error,
        }
        for template, detector in templates:
            for part in parts:
                row = template.copy()
                row.update(exposure)
                row["FILENAME"] = f"{stem}_{point:05}{part}_{detector}_uncal.fits"
                yield row


def _detector_cells(activity: Activity, path: OpticalPath, detector: str) -> Row:
    """Return the cells that follow from a detector and the elements in front of it."""
    instrument = INSTRUMENTS[detector[:3]]
    channel = module = NULL
    if instrument == "NIRCAM":
        module = detector[3]
        channel = "LONG" if detector.endswith("LONG") else "SHORT"
    elif detector.startswith("MIRIFU"):
        channel = "12" if detector == "MIRIFUSHORT" else "34"
    cells = {
        "INSTRUME": instrument,
        "DETECTOR": detector,
        "CHANNEL": channel,
        "MODULE": module,
        "EXP_TYPE": path.exp_type or activity.exp_type,
        "FILTER": path.filter,
        "PUPIL": path.pupil,
        "GRATING": path.grating,
        "BAND": path.band,
    }
    if instrument == "NIRSPEC":
        cells["GWA_XTIL"], cells["GWA_YTIL"] = GRATING_TILTS[path.grating]
    cells["LAMP"] = activity.cells.get("LAMP", "NONE" if instrument == "NIRSPEC" else "OFF")
    return cells


def _flag(value: bool) -> str:
    return "T" if value else "F"


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number // 36] + digits[number % 36]

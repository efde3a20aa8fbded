"""Simulated pools of a mission that is like HST."""

from __future__ import annotations

from random import Random

COLUMNS = (
    *("filename", "exp_type", "program", "asn_candidate", "visit", "instrume", "targetid"),
    *("aperture", "filter", "grating", "pattern", "patt_num", "expstart"),
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def hst_like_rows(seed: int, programs: int = 2, visits: int = 4) -> list[dict[str, str]]:
    """Simulate the exposures of some programs.

    Parameters
    ----------
    seed : int
        The same seed gives the same exposures.
    programs, visits : int
        Number of programs, and of visits in each of them. A visit takes either images in a dither
        pattern, or spectra with lamp and sky exposures; all are taken in CR-SPLITs.

    Returns
    -------
    list of dict of str to str
        One row per exposure, in the order in which they are taken.
    """
    random = Random(seed)
    rows: list[dict[str, str]] = []
    for number in range(programs):
        start = 60000.0 + 30 * number
        for visit in range(1, visits + 1):
            program = f"b{number}a"
            shared = {"program": program, "visit": f"{visit:02d}", "targetid": str(visit % 2 + 1)}
            taken = _images(random) if random.random() < 0.5 else _spectra(random)
            for place, row in enumerate(taken):
                start += random.choice((0.01, 0.02, 0.02, 0.4))
                root = f"i{program}{visit:02d}{LETTERS[place // 26]}{LETTERS[place % 26]}q"
                own = {"filename": f"{root}_raw.fits", "expstart": f"{start:.2f}"}
                rows.append(
                    {name: {**shared, **row, **own}.get(name, "") for name in COLUMNS},
                )
            start += random.choice((0.1, 2.0))
    return rows


def _images(random: Random) -> list[dict[str, str]]:
    optics = {"instrume": "wfc3", "aperture": "uvis", "filter": random.choice(("f606w", "f814w"))}
    dithered = {"exp_type": "image", "pattern": "box", **optics}
    splits = random.choice((1, 2))
    return [
        {**dithered, "patt_num": str(position)}
        for position in range(1, random.choice((1, 2, 4)) + 1)
        for _ in range(splits)
    ]


def _spectra(random: Random) -> list[dict[str, str]]:
    optics = {"instrume": "stis", "aperture": "52x0.1", "grating": "g430l"}
    kinds = ["wavecal", *random.choices(("spectrum", "spectrum", "wavecal", "sky"), k=7)]
    return [{**optics, "exp_type": kind, "patt_num": "1"} for kind in kinds]


def hst_like_text(rows: list[dict[str, str]]) -> str:
    """Write exposures as the text of a pool.

    Parameters
    ----------
    rows : list of dict of str to str
        The exposures.

    Returns
    -------
    str
    """
    lines = ("|".join(row[name] for name in COLUMNS) for row in rows)
    return "\n".join(("|".join(COLUMNS), *lines, ""))

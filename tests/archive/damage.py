"""Damage stores and containers: ``python -m tests.archive.damage [--trials N] [--seed N]``.

Each trial flips a bit of a file, or cuts it off. If the file is of a store, it runs ``generate
--resume``, and if it is a container, ``validate`` and ``export``. A trial is

right
    if nothing was noticed, and every association is as it was;
reported
    if the damage was said, and every association that is there is as it was;
wrong
    if an association differs, or one is missing and nothing was said;
crashed
    if the process died, or an error came to the surface that nobody expected.

Trials run in a process of their own, which is started again when it dies.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from asnsolve import Pool
from asnsolve.cli.main import main as asnsolve
from asnsolve.simulate import every_mode, simulate

KINDS: Final = ("store", "jsonl", "parquet")
OUTCOMES: Final = ("right", "reported", "wrong", "crashed")
_FINISHED: Final = (0, 1, 2)
_MOST: Final = 250
"""Trials of a process, because what a process has read can hide what the next one reads."""


@dataclass(frozen=True)
class Sound:
    """What undisturbed runs make.

    Parameters
    ----------
    folder : Path
        Where ``mine.csv``, ``mine.parts``, ``mine.jsonl`` and ``mine.parquet`` are.
    files : dict of str to bytes
        The association files, by name.
    """

    folder: Path
    files: dict[str, bytes]


def prepare(folder: Path, exposures: int = 60) -> Sound:
    """Make a pool, a store of two files and containers.

    Parameters
    ----------
    folder : Path
        An empty directory.
    exposures : int
        Number of exposures.

    Returns
    -------
    Sound
    """
    rows = [dict(row) for row in simulate(every_mode())][:exposures]
    pool = folder / "mine.csv"
    # The second run adds a file to the store for the programs that the first one did not have.
    first = {row["PROGRAM"] for row in rows[: exposures // 2]}
    for taken in ([row for row in rows if row["PROGRAM"] in first], rows):
        Pool(taken).write(pool, replace=True)
        told(["generate", str(pool), "-p", str(folder), *_RESUME, "--replace"])
    told(["generate", str(pool), "-p", str(folder), "--format", "parquet"])
    told(["generate", str(pool), "-p", str(folder / "files")])
    return Sound(folder, contents(folder / "files"))


_RESUME: Final = ("--resume", "--format", "jsonl")


def contents(folder: Path) -> dict[str, bytes]:
    """Read all files below a folder."""
    return {path.name: path.read_bytes() for path in folder.rglob("*.json")}


def told(argv: list[str]) -> tuple[int, str]:
    """Run a command; return its status and all that it said. An exception has the status -1."""
    said = StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            status = asnsolve(argv)
    except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
        return -1, f"{said.getvalue()}{type(error).__name__}: {error}"
    return status, said.getvalue()


def damaged(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Flip a bit or cut the end off; return what was done and the new content."""
    place = chance.randrange(len(content))
    if chance.random() < 0.7:
        bit = chance.randrange(8)
        changed = bytes([content[place] ^ 1 << bit])
        return f"bit {bit} of byte {place}", content[:place] + changed + content[place + 1 :]
    if chance.random() < 0.3:
        # Where a line ends, where a file begins.
        ends = [0, *(at + 1 for at, byte in enumerate(content[:-1]) if byte == ord("\n"))]
        place = chance.choice(ends)
    return f"cut at byte {place}", content[:place]


def trial(sound: Sound, kind: str, seed: str, folder: Path) -> tuple[str, str]:
    """Damage a file and use it.

    Parameters
    ----------
    sound : Sound
        What undisturbed runs make.
    kind : str
        One of `KINDS`.
    seed : str
        Decides what is damaged.
    folder : Path
        An empty directory.

    Returns
    -------
    outcome : str
        One of `OUTCOMES`.
    what : str
        What was damaged, and what was said.
    """
    chance = random.Random(seed)
    if kind == "store":
        shutil.copytree(sound.folder / "mine.parts", folder / "mine.parts")
        target = chance.choice(sorted((folder / "mine.parts").iterdir()))
    else:
        target = Path(shutil.copy(sound.folder / f"mine.{kind}", folder))
    what, content = damaged(target.read_bytes(), chance)
    target.write_bytes(content)
    outcome, said = (
        _used_store(sound, target) if kind == "store" else _used_container(sound, target)
    )
    return outcome, f"{target.name}: {what}: {said}"


def _used_store(sound: Sound, target: Path) -> tuple[str, str]:
    folder = target.parent.parent
    status, said = told(["generate", str(sound.folder / "mine.csv"), "-p", str(folder), *_RESUME])
    if status not in _FINISHED:
        return "crashed", said
    container = folder / "mine.jsonl"
    same = (
        container.is_file() and container.read_bytes() == (sound.folder / "mine.jsonl").read_bytes()
    )
    if not same or status:
        return "wrong", said
    return ("reported" if target.name in said else "right"), said


def _used_container(sound: Sound, target: Path) -> tuple[str, str]:
    out = target.parent / "out"
    validated, first = told(["validate", str(target)])
    exported, second = told(["export", str(target), "-p", str(out)])
    said = first + second
    if validated not in _FINISHED or exported not in _FINISHED:
        return "crashed", said
    found = contents(out)
    if any(sound.files.get(name) != content for name, content in found.items()):
        return "wrong", said
    if validated and exported:
        return "reported", said
    is_whole = len(found) == len(sound.files) and not validated and not exported
    return ("right" if is_whole else "wrong"), said


def trials(sound: Sound, seed: int, numbers: range) -> Iterator[tuple[str, str, str]]:
    """Run trials; yield the kind, the outcome and what happened."""
    for number in numbers:
        kind = KINDS[number % len(KINDS)]
        with TemporaryDirectory() as folder:
            yield kind, *trial(sound, kind, f"{seed} {number}", Path(folder))


def _in_process(sound: Sound, seed: int, numbers: range) -> Iterator[tuple[str, str, str]]:
    """Run trials in a process of its own; the one that it dies of is its last."""
    span = f"{sound.folder}", f"{numbers.start}", f"{numbers.stop}"
    argv = [sys.executable, "-m", "tests.archive.damage", "--seed", f"{seed}", "--run", *span]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        count = 0
        for line in process.stdout:
            kind, outcome, what = line.rstrip("\n").split("\t")
            yield kind, outcome, what
            count += 1
    if process.returncode:
        died = numbers.start + count
        yield KINDS[died % len(KINDS)], "crashed", f"trial {died}: status {process.returncode}"


def main() -> int:
    """Run trials and print their outcomes; return 1 if one is wrong or crashed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        folder = Path(args.run[0])
        sound = Sound(folder, contents(folder / "files"))
        for found in trials(sound, args.seed, range(int(args.run[1]), int(args.run[2]))):
            sys.stdout.write("\t".join(" ".join(text.split()) for text in found) + "\n")
            sys.stdout.flush()
        return 0
    counts: Counter[tuple[str, str]] = Counter()
    with TemporaryDirectory() as directory:
        sound = prepare(Path(directory))
        done = 0
        while done < args.trials:
            span = range(done, min(done + _MOST, args.trials))
            for kind, outcome, what in _in_process(sound, args.seed, span):
                counts[kind, outcome] += 1
                done += 1
                if outcome in ("wrong", "crashed"):
                    sys.stdout.write(f"{outcome}: {kind}: {what[:500]}\n")
                    sys.stdout.flush()
    for kind in KINDS:
        figures = ", ".join(f"{counts[kind, outcome]} {outcome}" for outcome in OUTCOMES)
        sys.stdout.write(f"{kind}: {figures}\n")
    return int(any(counts[kind, outcome] for kind in KINDS for outcome in OUTCOMES[2:]))


if __name__ == "__main__":
    sys.exit(main())

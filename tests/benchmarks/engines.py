"""Cost of one pool on each engine: ``python -m tests.benchmarks.engines [--cores N]``.

The same Parquet file is solved in one process, in several, on Dask, Spark and Ray, each on this
machine, with the start of the cluster. Spark and Ray run the lines of the page. CPU seconds are
those of all processes, looked up five times a second: a process that ends in between is counted as
it was then.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

import pyarrow.compute as pc
import pyarrow.dataset as ds
from rich.console import Console

from asnsolve.report.tables import print_table
from tests.benchmarks.big_pools import big_pool, write_pool
from tests.benchmarks.cores import family, megabytes
from tests.clusters.archives import page_lines

EXPOSURES = 200_000

_PAUSE: Final = 0.2
_TICKS: Final = os.sysconf("SC_CLK_TCK")

_RAY = """
import ray
if __name__ == "__main__":
    ray.init(num_cpus={cores}, include_dashboard=False, log_to_driver=False)
{lines}
    ray.shutdown()
"""
_SPARK = """
from pyspark.sql import SparkSession
if __name__ == "__main__":
    builder = SparkSession.builder.master("local[{cores}]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
    builder = builder.config("spark.driver.memory", "4g")
    spark = builder.getOrCreate()
{lines}
    spark.stop()
"""
_SCRIPTS: Final[Mapping[str, str]] = MappingProxyType({"Ray": _RAY, "Spark": _SPARK})


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall clock and CPU seconds, and the most memory of all processes together."""

    seconds: float
    cpu: float
    megabytes: float


def measure(command: Sequence[str], folder: Path) -> Cost:
    """Run a command, and look at its processes."""
    begun = time.perf_counter()
    with (folder / "log").open("wb") as log:
        run = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        most = 0.0
        cpu: dict[int, float] = {}
        while run.poll() is None:
            processes = [*family(run.pid)]
            most = max(most, sum(map(megabytes, processes)))
            for pid in processes:
                cpu[pid] = max(cpu.get(pid, 0.0), _cpu(pid))
            time.sleep(_PAUSE)
    seconds = time.perf_counter() - begun
    if run.returncode:
        raise SystemExit((folder / "log").read_text(errors="replace")[-2_000:])
    return Cost(seconds, sum(cpu.values()), most)


def _cpu(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return 0.0


def _by_command(pool: Path, *options: str) -> list[str]:
    argv = ["generate", str(pool), "-p", "out", "--format", "parquet", "--shards", "-q"]
    return [sys.executable, "-m", "asnsolve", *argv, *options]


def _by_page(heading: str, pool: Path, cores: int) -> list[str]:
    """Write the lines of the page as a script."""
    lines = page_lines(heading, 4 * cores)
    lines = lines.replace('"archive/"', f'"{pool}"').replace('"solved"', f'"{pool.parent}/solved"')
    indented = "\n".join(f"    {line}" for line in lines.splitlines())
    script = pool.parent / f"{heading}.py"
    script.write_text(_SCRIPTS[heading].format(cores=cores, lines=indented))
    return [sys.executable, str(script)]


def _associations(folder: Path) -> int:
    """Count what an engine has found."""
    place = next(path for name in ("out/pool.shards", "solved") if (path := folder / name).exists())
    table = ds.dataset(place, format="parquet").to_table(columns=["association"])
    return int(pc.count(table["association"]).as_py())


def print_costs(console: Console, exposures: int, cores: int) -> None:
    """Measure each engine that is installed, and print the table."""
    jobs = ("-j", str(cores))
    engines: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
        "one process": ("asnsolve", lambda pool: _by_command(pool, "-j", "1")),
        f"{cores} processes": ("asnsolve", lambda pool: _by_command(pool, *jobs)),
        "Dask": ("distributed", lambda pool: _by_command(pool, *jobs, "--dask", "local")),
        "Spark": ("pyspark", lambda pool: _by_page("Spark", pool, cores)),
        "Ray": ("ray", lambda pool: _by_page("Ray", pool, cores)),
    }
    rows: list[tuple[str, ...]] = []
    found: set[int] = set()
    table = big_pool(exposures)
    for name, (module, command) in engines.items():
        if find_spec(module) is None:
            console.print(f"{name} is not installed")
            continue
        with TemporaryDirectory() as folder:
            pool = Path(folder) / "pool.parquet"
            write_pool(table, pool)
            cost = measure(command(pool), Path(folder))
            found.add(_associations(Path(folder)))
        figures = (cost.seconds, cost.cpu, cost.megabytes)
        rows.append((name, *(f"{figure:.1f}" for figure in figures)))
    if len(found) > 1:
        raise SystemExit(f"engines find different numbers of associations: {sorted(found)}")
    print_table(console, ("engine", "wall s", "CPU s", "MB"), rows, numbers=3)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--exposures", type=int, default=EXPOSURES)
    args = parser.parse_args()
    print_costs(Console(width=120), args.exposures, args.cores)


if __name__ == "__main__":
    main()

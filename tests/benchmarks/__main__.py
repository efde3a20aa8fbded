"""Every benchmark, one after the other: ``python -m tests.benchmarks``, for about half an hour.

The figures of one run are comparable with one another. The reference generator is measured where it
is installed.
"""

from __future__ import annotations

from importlib.util import find_spec

from rich.console import Console

from tests.benchmarks import against, changed, cores, headers, measured_keys, scale, start, stress


def main() -> None:
    """Run them."""
    console = Console(width=120)
    console.print("[bold]Start-up[/]")
    start.print_starts(console)
    console.print("\n[bold]Growing pools[/]")
    scale.print_growth(console, list(scale.SIZES))
    console.print("\n[bold]Several processes[/]")
    cores.print_costs(console, cores.EXPOSURES, 2, ("parquet", "text"))
    console.print("\n[bold]Ten changed programs[/]")
    changed.print_costs(
        console, changed.EXPOSURES, 10, ["-j", "1", "--format", "jsonl", "--shards"]
    )
    console.print("\n[bold]Keys that measure[/]")
    measured_keys.print_costs(console, list(measured_keys.SIZES))
    console.print("\n[bold]Very large candidates[/]")
    stress.print_cases(console)
    console.print("\n[bold]Headers of files[/]")
    headers.print_headers(console)
    headers.print_tree(console)
    if find_spec("jwst") is not None:
        console.print("\n[bold]Beside the reference[/]")
        against.print_ratios(console)


if __name__ == "__main__":
    main()

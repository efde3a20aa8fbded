"""Processes that try inputs, so that the end of one of them is noticed too.

Started as ``python -m tests.hostile.workers GOOD SEED ROOT``, a worker reads numbers of inputs from
its standard input, and writes a line of JSON for each: the verdict.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Final

from tests.hostile.good_files import GoodFiles, read_good_files
from tests.hostile.trials import WAIT, Fault, Verdict, innermost, try_input

__all__ = ["try_all"]

_MOST_INPUTS: Final = 400
"""Inputs that one process tries, so that what it collects does not add up."""

_MEMORY: Final = 8 * 2**30
_WORKER_WAIT: Final = 2 * WAIT + 30


class Worker:
    """A process that tries inputs."""

    def __init__(self, good: Path, seed: int, root: Path) -> None:
        self.tried = 0
        self.seed = seed
        self.said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        command = [sys.executable, "-m", "tests.hostile.workers", str(good), str(seed), str(root)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said,
            text=True,
            encoding="utf-8",
        )

    def try_input(self, number: int) -> Verdict:
        """Have an input tried; an end of the process, or a wait without end, is a fault."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        # Not even a signal ends some loops of libraries: another process must.
        timer = threading.Timer(_WORKER_WAIT, self.process.kill)
        timer.start()
        try:
            self.process.stdin.write(f"{number}\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        self.tried += 1
        if line:
            return Verdict.from_json(line)
        status = self.process.wait()
        self.said.seek(0)
        text = self.said.read().decode("utf-8", "replace")
        where = f"status {status} in {innermost(text, last=False)}"
        fault = Fault("the process ended", where, text[-500:])
        return Verdict(number, "?", "?", "fault", (fault,), (), ())

    @property
    def is_spent(self) -> bool:
        """Whether another process should go on."""
        return self.tried >= _MOST_INPUTS or self.process.poll() is not None

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.said.close()


def try_all(good: Path, seed: int, numbers: range, root: Path, jobs: int) -> Iterator[Verdict]:
    """Try inputs in several processes, and yield what became of them as they end."""
    waiting: Queue[int] = Queue()
    for number in numbers:
        waiting.put(number)
    verdicts: Queue[Verdict] = Queue()

    def work(place: int) -> None:
        worker = Worker(good, seed, root / f"worker-{place}")
        while True:
            try:
                number = waiting.get_nowait()
            except Empty:
                break
            if worker.is_spent:
                worker.close()
                worker = Worker(good, seed, root / f"worker-{place}")
            verdicts.put(worker.try_input(number))
        worker.close()

    threads = [threading.Thread(target=work, args=(place,), daemon=True) for place in range(jobs)]
    for thread in threads:
        thread.start()
    for _ in numbers:
        yield verdicts.get()
    for thread in threads:
        thread.join()


def _serve(good: GoodFiles, seed: int, root: Path) -> None:
    """Try the inputs whose numbers are on standard input."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    # Nothing but verdicts may go where they go, whatever a library prints.
    verdicts = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        verdict, _ = try_input(good, seed, int(line), root)
        verdicts.write(f"{verdict.to_json()}\n")
        verdicts.flush()


if __name__ == "__main__":
    _serve(read_good_files(Path(sys.argv[1])), int(sys.argv[2]), Path(sys.argv[3]))

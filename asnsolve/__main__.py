"""Run the command line: ``python -m asnsolve``."""

from asnsolve.cli.main import program

if __name__ == "__main__":
    raise SystemExit(program())

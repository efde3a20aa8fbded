"""Run the command line: ``python -m asnsolve``."""

from asnsolve.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())

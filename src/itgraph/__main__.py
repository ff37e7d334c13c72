"""Run the command line as ``python -m itgraph``."""

from itgraph.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

"""The YAML header of a SPARQL file: comment lines that begin with ``#+`` (the form of grlc)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from itgraph.errors import SourceError


def parse_header(text: str, path: Path) -> dict[str, Any]:
    """Read the header of a SPARQL file.

    Raises:
        SourceError: there is none, or it is not a YAML mapping.
    """
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    if not lines:
        raise SourceError(f"{path}: no header; the file begins with lines such as `#+ summary: ...`", path=path)
    import yaml

    try:
        # The C loader is ten times faster, and just as safe; not every build of PyYAML has it.
        header = yaml.load("\n".join(lines), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        raise SourceError(f"{path}: the header is not YAML: {error}", path=path) from error
    if not isinstance(header, dict):
        raise SourceError(f"{path}: the header must be a mapping (key: value)", path=path)
    return header

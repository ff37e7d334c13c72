"""Find the files that come with itgraph: ``ontology/``, ``data/`` and ``queries/``, and tell one version from another.

In a wheel they lie in the package (``itgraph/_files/``), in a checkout at its root, beside ``src/``. An
editable install is a checkout: the package resolves to ``src/itgraph``, where ``importlib.resources`` would
look in vain.
"""

from __future__ import annotations

from pathlib import Path

from itgraph.errors import SourceError

_PACKAGE = Path(__file__).resolve().parent


def ontology_path() -> Path:
    """Return the folder of the ontology, its shapes and its rules.

    Raises:
        SourceError: this installation came without it.
    """
    return _find_shipped("ontology")


def data_path() -> Path:
    """Return the folder of the extracted and the curated facts.

    Raises:
        SourceError: this installation came without it.
    """
    return _find_shipped("data")


def hub_path() -> Path:
    """Return the folder of what is known of the Hugging Face hub itself, such as its licence identifiers.

    Raises:
        SourceError: this installation came without it.
    """
    path = data_path() / "hub"
    if not path.is_dir():
        raise SourceError(
            "the folder that itgraph ships as data/hub/ is missing; install itgraph again,"
            " or run it from a complete checkout",
            path=path,
        )
    return path


def queries_path() -> Path:
    """Return the folder of the saved queries.

    Raises:
        SourceError: this installation came without it.
    """
    return _find_shipped("queries")


def shipped_graph_path() -> Path:
    """Return the graph as it was built for this release.

    Raises:
        SourceError: it is not there (in a checkout: not yet built).
    """
    path = data_path() / "itgraph.trig"
    if not path.is_file():
        raise SourceError(f"the built graph is missing; `itgraph build -o {path}` makes it", path=path)
    return path


def tool_version() -> str:
    """Return the version of itgraph as it is installed; empty, if it is run from its sources as they are."""
    # Not itgraph.__version__: the package as a whole stands above all that need this.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("itgraph")
    except PackageNotFoundError:
        return ""


def say_shipped(digits: int = 64) -> str:
    """Say which graph comes with itgraph: the newest snapshot in it, and the first digits of the hash of its bytes.

    >>> say_shipped(digits=12)  # doctest: +ELLIPSIS
    'snapshot 2..., sha256 ...'
    """
    try:
        content = content_hash(shipped_graph_path())
        names = (path.parent.name for path in data_path().glob("????-??-??/tables.csv"))
    except SourceError as error:
        return f"none ({error})"
    return f"snapshot {max(names, default='unknown')}, sha256 {content[:digits]}{'' if digits >= 64 else '...'}"


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal digits.

    Raises:
        SourceError: it cannot be read.
    """
    import hashlib

    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}", path=path) from error


def web_path() -> Path | None:
    """Return the folder of what the query page serves that others made; ``None`` where it was built without Node.js."""
    places = [_PACKAGE / "_files" / "web"]
    if _PACKAGE.parent.name == "src":
        places.append(_PACKAGE.parents[1] / "build" / "web")
    return next((place for place in places if (place / "yasgui" / "LICENSES.txt").is_file()), None)


def _find_shipped(folder: str) -> Path:
    places = [_PACKAGE / "_files" / folder]
    # Only a source tree keeps the package in src/; elsewhere a folder two levels up would be a stranger's.
    if _PACKAGE.parent.name == "src":
        places.append(_PACKAGE.parents[1] / folder)
    for place in places:
        if place.is_dir():
            return place
    looked = " and ".join(str(place) for place in places)
    raise SourceError(
        f"the folder that itgraph ships as {folder}/ is missing (looked at {looked}); install itgraph again,"
        " or run it from a complete checkout",
        path=places[-1],
    )

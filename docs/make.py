"""Make the pages that are not written by hand, and renew what the other pages show: ``python -m docs.make``.

What is made of the code and of the graph is committed, so that it can be read on a forge; ``tests/test_docs.py`` holds
it to what is made here, and ``pytest --approve`` renews it as well. ``contributing.md`` and ``changelog.md`` are copies
of files at the root, which a forge shows anyway: they are made for the site alone and not committed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.generators.commands import write_commands
from docs.generators.cookbook import write_cookbook
from docs.generators.drawings import write_drawings
from docs.generators.ontology import write_ontology
from docs.generators.python import write_python
from docs.generators.quality import write_quality
from docs.generators.transcripts import Session, renew

from itgraph.resources import data_path
from itgraph.store import Store, open_store

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
COPIES = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}


def make_pages(store: Store) -> Mapping[str, str]:
    """Return every page and drawing that is made of the code and of a graph, by its path in this folder."""
    return {
        **write_cookbook(store),
        **write_ontology(store),
        **write_commands(),
        **write_python(),
        **write_quality(store, data_path()),
        **write_drawings(ROOT / "pyproject.toml"),
    }


def make_copies() -> Mapping[str, str]:
    """Return the pages that are copies of files at the root, without the links that lead nowhere on the site."""
    return {name: _without_links((ROOT / original).read_text(encoding="utf-8")) for name, original in COPIES.items()}


def _without_links(text: str) -> str:
    """Turn links to files of the repository into their names.

    >>> _without_links("See [the facts](data/README.md#codes) and [this](https://example.org/).")
    'See the facts (`data/README.md`) and [this](https://example.org/).'
    """
    kept = re.compile(r"\[([^\]]+)\]\((?!https?://|#)(?:docs/)?([^)#]+)(?:#[^)]*)?\)")
    return kept.sub(lambda m: f"`{m[2]}`" if m[1].strip("`") == m[2] else f"{m[1]} (`{m[2]}`)", text)


def iter_written(made: Mapping[str, str]) -> Iterator[Path]:
    """Yield the pages that are written by hand, and the README of the repository."""
    for path in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        if path.parent == ROOT or path.relative_to(DOCS).as_posix() not in {*made, *COPIES}:
            yield path


def write_all(pages: Mapping[str, str]) -> None:
    """Write pages, and remove those of the cookbook that are no longer made."""
    for old in (DOCS / "cookbook").glob("*.md"):
        if f"cookbook/{old.name}" not in pages:
            old.unlink()
    for name, text in pages.items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Make all pages; with the argument ``--site`` only those that are not committed."""
    if sys.argv[1:] == ["--site"]:
        write_copies()
        return
    made = make_pages(open_store())
    write_all(made)
    write_copies()
    for path in iter_written(made):
        with TemporaryDirectory() as folder, Session(Path(folder)) as session:
            path.write_text(renew(path.read_text(encoding="utf-8"), session), encoding="utf-8", newline="\n")


def write_copies() -> None:
    """Write the pages that are not committed."""
    for name, text in make_copies().items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

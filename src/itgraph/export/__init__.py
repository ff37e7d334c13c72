"""Writing the graph for others: a registry of formats, and :func:`export`.

``FORMATS`` says of each format what it is called, what files of it are called, and what it can hold. RDF
formats without named graphs, networks, tables and bibliographies hold the current view (the default graph).
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from pyoxigraph import DefaultGraph, NamedNode, Quad

from itgraph.errors import ExportError
from itgraph.export.bibtex import format_bibtex
from itgraph.export.croissant import FILE as CROISSANT
from itgraph.export.croissant import format_croissant
from itgraph.export.datapackage import FILE as DATAPACKAGE
from itgraph.export.datapackage import format_datapackage
from itgraph.export.focus import focus_on
from itgraph.export.imprint import holds_ours
from itgraph.export.jsonld import format_jsonld
from itgraph.export.networks import format_gexf, format_graphml
from itgraph.export.rdf import format_nquads, format_ntriples, format_rdfxml, format_trig, format_turtle
from itgraph.export.tables import make_tables, write_csv, write_parquet
from itgraph.export.void import DUMPS, Distribution, describe_graph, format_description, measure, read_snapshots
from itgraph.files import write_file, write_folder

__all__ = ["FORMATS", "Format", "export", "find_format", "focus_on", "format_quads", "get_format"]

Writer = Callable[[Iterable[Quad]], bytes]
FolderWriter = Callable[[Iterable[Quad]], dict[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: its name, its media type, the extension of its files, and what writes it."""

    name: str
    summary: str
    media_type: str
    extension: str
    writer: Writer | FolderWriter
    is_rdf: bool = True
    holds_graphs: bool = False
    """Whether it keeps who said what; otherwise it holds the current view."""
    needs_folder: bool = False
    """Whether it is several files: a folder, or a ``.zip``."""
    of_whole: bool = False
    """Whether it says something of the whole graph, which the part around one thing is not."""


def _write_csv(quads: Iterable[Quad]) -> dict[str, bytes]:
    """Write tables, and what says what they are: for tools of machine learning, and for Frictionless."""
    tables = make_tables(quads)
    files = write_csv(tables)
    described = {
        CROISSANT: format_croissant(tables, files, ("text/csv",)),
        DATAPACKAGE: format_datapackage(tables, files),
    }
    return files | described


def _write_parquet(quads: Iterable[Quad]) -> dict[str, bytes]:
    """Write tables, and what says what they are."""
    tables = make_tables(quads)
    files = write_parquet(tables)
    # The second is what the format was called before it was registered; tools know that one.
    media_types = ("application/vnd.apache.parquet", "application/x-parquet")
    return files | {CROISSANT: format_croissant(tables, files, media_types)}


def _write_void(quads: Iterable[Quad]) -> bytes:
    """Write the description of a graph, with the size and the checksum of each file that it can be had in.

    Raises:
        ExportError: the graph is none of ours, so that nobody knows where it is served.
    """
    from itgraph.store import EmbeddedStore

    quads = list(quads)
    store = EmbeddedStore(quads)
    if not holds_ours(snapshot["iri"] for snapshot in read_snapshots(store)):
        raise ExportError(
            "holds addresses, and where this graph is served is not known; `itgraph serve` describes it at"
            " /.well-known/void",
            format="void",
        )
    files = []
    for name in DUMPS:
        form = next(form for form in FORMATS.values() if form.extension == f".{name}")
        title = form.summary.partition(":")[0]
        file = Distribution(name=name, media_type=form.media_type, title=title, holds_graphs=form.holds_graphs)
        content = form.writer(quads)
        assert isinstance(content, bytes)
        files.append(measure(file, content))
    return format_description(describe_graph(store, distributions=files))


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        format.name: format
        for format in (
            Format(
                name="turtle",
                summary="Turtle: the current view, for reading",
                media_type="text/turtle",
                extension=".ttl",
                writer=format_turtle,
            ),
            Format(
                name="trig",
                summary="TriG: everything, for reading",
                media_type="application/trig",
                extension=".trig",
                writer=format_trig,
                holds_graphs=True,
            ),
            Format(
                name="nquads",
                summary="N-Quads: everything, a sorted line for each statement",
                media_type="application/n-quads",
                extension=".nq",
                writer=format_nquads,
                holds_graphs=True,
            ),
            Format(
                name="ntriples",
                summary="N-Triples: the current view, a sorted line for each statement",
                media_type="application/n-triples",
                extension=".nt",
                writer=format_ntriples,
            ),
            Format(
                name="jsonld",
                summary="JSON-LD: everything, as JSON with short keys",
                media_type="application/ld+json",
                extension=".jsonld",
                writer=format_jsonld,
                holds_graphs=True,
            ),
            Format(
                name="rdfxml",
                summary="RDF/XML: the current view, for tools that know nothing newer",
                media_type="application/rdf+xml",
                extension=".rdf",
                writer=format_rdfxml,
            ),
            Format(
                name="graphml",
                summary="GraphML: things and relations, for Gephi, Cytoscape and yEd",
                media_type="application/graphml+xml",
                extension=".graphml",
                writer=format_graphml,
                is_rdf=False,
            ),
            Format(
                name="gexf",
                summary="GEXF: things and relations, in colors, for Gephi",
                media_type="application/gexf+xml",
                extension=".gexf",
                writer=format_gexf,
                is_rdf=False,
            ),
            Format(
                name="csv",
                summary="CSV: a table for each kind of thing, one of relations, one of all statements",
                media_type="text/csv",
                extension=".csv",
                writer=_write_csv,
                is_rdf=False,
                holds_graphs=True,
                needs_folder=True,
            ),
            Format(
                name="parquet",
                summary="Parquet: the same tables, with types; needs itgraph[frames]",
                media_type="application/vnd.apache.parquet",
                extension=".parquet",
                writer=_write_parquet,
                is_rdf=False,
                holds_graphs=True,
                needs_folder=True,
            ),
            Format(
                name="bibtex",
                summary="BibTeX: the papers",
                media_type="application/x-bibtex",
                extension=".bib",
                writer=format_bibtex,
                is_rdf=False,
            ),
            Format(
                name="void",
                summary="VoID and DCAT: what the graph is, how much it holds, and its files with their checksums",
                media_type="text/turtle",
                extension=".void",
                writer=_write_void,
                is_rdf=False,
                holds_graphs=True,
                of_whole=True,
            ),
        )
    }
)
"""The formats by name."""


def get_format(name: str) -> Format:
    """Return the format of this name.

    Raises:
        ExportError: there is none.
    """
    if name not in FORMATS:
        raise ExportError(f"there is no format {name!r}; there is: {', '.join(FORMATS)}")
    return FORMATS[name]


def find_format(path: str | os.PathLike[str]) -> Format | None:
    """Return the format that an extension stands for, if any: ``graph.ttl`` is Turtle."""
    extension = Path(path).suffix.lower()
    return next(
        (format for format in FORMATS.values() if format.extension == extension and not format.needs_folder),
        None,
    )


def format_quads(quads: Iterable[Quad], format: str, *, focus: str | NamedNode | None = None) -> bytes:
    """Return quads in a format; several files come as one ZIP archive.

    Raises:
        ExportError: there is no such format, or it cannot hold these quads.
    """
    chosen = get_format(format)
    content = chosen.writer(_focused(quads, focus, chosen))
    return content if isinstance(content, bytes) else _zip(content)


def export(
    quads: Iterable[Quad],
    format: str,
    destination: str | os.PathLike[str] | BinaryIO,
    *,
    focus: str | NamedNode | None = None,
) -> tuple[str, ...]:
    """Write quads in a format, whole or not at all; with a focus, only what is about that thing.

    The destination is a path, ``-`` for standard output, or a binary stream. A format of several files needs
    the path of a folder or of a ``.zip``; a folder that is there is replaced if nothing but such files is in
    it.

    Returns:
        What the user should be told, such as that the format does not hold who said what.

    Raises:
        ExportError: there is no such format, it cannot hold these quads, or they cannot be written there.
    """
    chosen = get_format(format)
    if chosen.needs_folder and destination == "-":
        raise ExportError("is several files; give a folder or a .zip file to write to, not -", format=format)
    quads = _focused(quads, focus, chosen)
    content = chosen.writer(quads)
    try:
        _write(content, chosen, destination)
    except OSError as error:
        if not isinstance(destination, str | os.PathLike):
            raise
        raise ExportError(
            f"{os.fspath(destination)} cannot be written: {error.strerror or error}", format=format
        ) from error
    return tuple(_notes(quads, chosen, content))


def _focused(quads: Iterable[Quad], focus: str | NamedNode | None, format: Format) -> list[Quad]:
    if focus is None:
        return list(quads)
    if format.of_whole:
        raise ExportError("is of the whole graph; leave the focus out", format=format.name)
    return focus_on(quads, focus.value if isinstance(focus, NamedNode) else focus)


def _notes(quads: list[Quad], format: Format, content: bytes | dict[str, bytes]) -> Iterable[str]:
    if format.is_rdf and not format.holds_graphs:
        left_out = sum(not isinstance(quad.graph_name, DefaultGraph) for quad in quads)
        if left_out:
            others = [other.name for other in FORMATS.values() if other.is_rdf and other.holds_graphs]
            yield (
                f"{format.name} has no named graphs: it holds the current view, without the {left_out}"
                f" statements of who said what; {', '.join(others[:-1])} and {others[-1]} hold both"
            )
    if not content:
        yield f"there is nothing to write as {format.name}: the output is empty"


def _write(content: bytes | dict[str, bytes], format: Format, destination: str | os.PathLike[str] | BinaryIO) -> None:
    if not isinstance(destination, str | os.PathLike):
        destination.write(content if isinstance(content, bytes) else _zip(content))
    elif isinstance(content, bytes):
        if destination == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            write_file(Path(destination), content)
    elif Path(destination).suffix.lower() == ".zip":
        write_file(Path(destination), _zip(content))
    else:
        folder = Path(destination)
        foreign = sorted(path.name for path in folder.iterdir() if path.name not in content) if folder.is_dir() else []
        if foreign:
            raise ExportError(
                f"{folder} also holds {foreign[0]}, which would be lost; give a new folder or a .zip file",
                format=format.name,
            )
        write_folder(folder, content)


def _zip(files: Mapping[str, bytes]) -> bytes:
    import zipfile

    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # Always the same date, so that the same graph gives the same bytes.
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return output.getvalue()

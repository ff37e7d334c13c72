"""The whole way from a graph to a file: read, choose, lay out, write."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from itgraph.errors import ExportError, ParameterError
from itgraph.explorer.content import format_sources, read_content
from itgraph.explorer.drawing import format_svg
from itgraph.explorer.neighbourhood import Web, choose_start
from itgraph.explorer.page import format_page
from itgraph.explorer.tables import (
    format_relations_csv,
    format_things_csv,
    format_things_json,
    format_view_json,
)
from itgraph.explorer.views import Opening, Steps, View, draw_view
from itgraph.files import write_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from itgraph.explorer.content import Content
    from itgraph.explorer.encoding import Lens, Theme
    from itgraph.lookup import Thing
    from itgraph.store import Store

ExploreFormat = Literal["html", "svg", "csv", "json"]

VIEWS: tuple[View, ...] = ("focus", "overview", "timeline", "path", "table")
FORMATS: tuple[ExploreFormat, ...] = ("html", "svg", "csv", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be shown.

    ``focus`` is where it opens; without one, the model with the longest ancestry. ``to`` is the other end of the
    view "path". ``up`` and ``down`` count steps, or are "all"; if not given, it is all the way up and one down.
    ``only`` leaves out what is not in the lineage of the focus. ``theme`` is light or dark; if not given, a page
    follows the reader's system, and a picture is light. ``lens`` is what boxes are coloured by, if not by their kind.
    """

    view: View = "focus"
    focus: Thing | None = None
    to: Thing | None = None
    up: Steps = None
    down: Steps = None
    only: bool = False
    theme: Theme | None = None
    lens: Lens | None = None


def explore(
    store: Store,
    wanted: Wanted | None = None,
    *,
    format: ExploreFormat = "html",
    tell: Callable[[str], None] = lambda _note: None,
) -> str:
    """Return the lineage explorer's page, or one of its views as a picture (SVG) or as data (CSV, JSON).

    ``tell`` is told what is left out of a lineage that is too large; pages and pictures say it, too.

    Raises:
        ParameterError: what is wanted does not go together.
        ExportError: there is nothing to show, or more than a page can hold.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> print(explore(graph.store, Wanted(focus=graph.get("Goat")), format="csv").splitlines()[1][:60])
    Goat,model,https://w3id.org/itgraph/model/goat,baseModel,LLa
    """
    wanted = wanted or Wanted()
    _check(wanted, format)
    depth = wanted.down if isinstance(wanted.down, int) else None
    content = read_content(store, wanted.focus, to=wanted.to, depth=depth, only=wanted.only)
    if content.left_out:
        tell(content.said_of_left_out)
    web = Web(content)
    start = choose_start(content, web) if wanted.focus is None else content.index_of(wanted.focus.iri)
    other = -1 if wanted.to is None else content.index_of(wanted.to.iri)
    opening = Opening(
        view=wanted.view,
        start=start,
        other=other,
        up=wanted.up,
        down=wanted.down,
        theme=wanted.theme,
        lens=wanted.lens,
    )
    if format == "html":
        return format_page(content, web, opening)
    if wanted.view == "table":
        if format == "csv":
            return format_things_csv(content, web)
        return format_things_json(content, title="All things")
    scene, title = draw_view(content, web, opening)
    if format == "svg":
        return format_svg(
            content, scene, title=title, theme=wanted.theme or "light", lens=wanted.lens, note=_note(content)
        )
    if format == "csv":
        return format_relations_csv(content, (stroke.link for stroke in scene.strokes if stroke.link >= 0))
    return format_view_json(content, scene, title=title)


def format_of(path: str | os.PathLike[str]) -> ExploreFormat:
    """Return the format that the extension of a path stands for; the page, if it has none.

    Raises:
        ParameterError: it stands for none.
    """
    extension = Path(path).suffix.lower().removeprefix(".")
    known: dict[str, ExploreFormat] = {"": "html", "htm": "html", **{name: name for name in FORMATS}}
    if extension not in known:
        advice = "; the page's own Export menu makes PNG" if extension == "png" else ""
        raise ParameterError(
            f"no format is called .{extension}; choose one of {', '.join(FORMATS)}{advice}", parameter="format"
        )
    return known[extension]


def write_view(text: str, destination: str | os.PathLike[str]) -> None:
    """Write a page or a view as UTF-8, whole or not at all; ``-`` is standard output.

    Raises:
        ExportError: it cannot be written there.
    """
    content = text.encode()
    if destination == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        write_file(Path(destination), content)
    except OSError as error:
        raise ExportError(f"{os.fspath(destination)} cannot be written: {error.strerror or error}") from error


def _check(wanted: Wanted, format: ExploreFormat) -> None:
    if wanted.view == "table" and format == "svg":
        raise ParameterError("a table has no picture: choose html, csv or json, or another view", parameter="format")
    if wanted.view == "path" and format != "html" and (wanted.focus is None or wanted.to is None):
        raise ParameterError("a path has two ends: give both a focus and where it leads to", parameter="to")
    if wanted.to is not None and wanted.view != "path":
        raise ParameterError("only the view path leads to something", parameter="to")
    if wanted.only and wanted.focus is None:
        raise ParameterError("the lineage of what? Give a focus too", parameter="only")
    if format == "html":
        return
    # A page can be told how it goes on; a single view has no use for what it does not show.
    for name, value in (("up", wanted.up), ("down", wanted.down)):
        if value is not None and wanted.view != "focus" and not wanted.only:
            raise ParameterError("steps are counted from the focus: they go with the view focus", parameter=name)
    if wanted.focus is not None and wanted.view in {"overview", "timeline", "table"} and not wanted.only:
        raise ParameterError(f"the view {wanted.view} shows everything: --only narrows it", parameter="focus")
    for name, chosen in (("theme", wanted.theme), ("lens", wanted.lens)):
        if chosen is not None and format != "svg":
            raise ParameterError(f"{format} has no colours", parameter=name)


def _note(content: Content) -> str:
    sources = format_sources(content.snapshots, content.facts)
    left_out = f"{content.left_out:,} more things of this lineage are left out. " if content.left_out else ""
    return f"{left_out}Sources: {sources}. Made by itgraph." if sources else f"{left_out}Made by itgraph."

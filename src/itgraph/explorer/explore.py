"""The whole way from a graph to a file: read, choose, lay out, write."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from itgraph.errors import ExportError, ParameterError
from itgraph.explorer.content import read_content
from itgraph.explorer.drawing import format_svg
from itgraph.explorer.neighbourhood import (
    Web,
    choose_around,
    choose_between,
    choose_start,
    own_depths,
    own_relations,
)
from itgraph.explorer.page import Opening, format_page
from itgraph.explorer.scenes import choose_everything, overview_of, scene_of, timeline_of
from itgraph.explorer.tables import (
    format_relations_csv,
    format_things_csv,
    format_things_json,
    format_view_json,
)
from itgraph.files import write_file

if TYPE_CHECKING:
    from itgraph.explorer.content import Content
    from itgraph.explorer.encoding import Theme
    from itgraph.explorer.scenes import Scene
    from itgraph.lookup import Thing
    from itgraph.store import Store

View = Literal["focus", "overview", "timeline", "path", "table"]
ExploreFormat = Literal["html", "svg", "csv", "json"]

VIEWS: tuple[View, ...] = ("focus", "overview", "timeline", "path", "table")
FORMATS: tuple[ExploreFormat, ...] = ("html", "svg", "csv", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be shown.

    ``focus`` is where it opens; without one, the model with the longest ancestry. ``to`` is the other end of the
    view "path". ``up`` and ``down`` count steps: all the way up and one down, if not given. ``only`` leaves out what
    is not in the lineage of the focus.
    """

    view: View = "focus"
    focus: Thing | None = None
    to: Thing | None = None
    up: int | None = None
    down: int | None = None
    only: bool = False


def explore(
    store: Store, wanted: Wanted | None = None, *, format: ExploreFormat = "html", theme: Theme = "light"
) -> str:
    """Return the lineage explorer's page, or one of its views as a picture (SVG) or as data (CSV, JSON).

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
    content = read_content(store, wanted.focus, depth=wanted.down, only=wanted.only)
    web = Web(content)
    start = choose_start(content, web) if wanted.focus is None else content.index_of(wanted.focus.iri)
    other = -1 if wanted.to is None else content.index_of(wanted.to.iri)
    opening = Opening(view=wanted.view, start=start, other=other, up=wanted.up, down=wanted.down)
    if format == "html":
        return format_page(content, web, opening)
    if wanted.view == "table":
        if format == "csv":
            return format_things_csv(content, web)
        return format_things_json(content, title="All things")
    scene, title = _scene(content, web, opening)
    if format == "svg":
        return format_svg(content, scene, title=title, theme=theme, note=_note(content))
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
            f"no format is called .{extension}; there is {', '.join(FORMATS)}{advice}", parameter="format"
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


def _scene(content: Content, web: Web, opening: Opening) -> tuple[Scene, str]:
    if opening.view == "path":
        names = [content.nodes[end].thing for end in (opening.start, opening.other)]
        title = " to ".join(f"{thing.label} ({thing.kind})" for thing in names)
        return scene_of(content, choose_between(web, opening.start, opening.other), "path"), f"From {title}"
    if opening.view == "focus":
        start = opening.start
        up, down = own_depths(content, start)
        choice = choose_around(
            web,
            start,
            up=up if opening.up is None else opening.up,
            down=down if opening.down is None else opening.down,
            relations=own_relations(content, web, start),
        )
        thing = content.nodes[start].thing
        return scene_of(content, choice, focus=start), f"Lineage of {thing.label} ({thing.kind})"
    choice, left_out = choose_everything(content)
    if opening.view == "overview":
        return overview_of(content, choice, left_out), "Everything with a lineage"
    return timeline_of(content, choice, left_out), "Lineage over time"


def _note(content: Content) -> str:
    sources = ", ".join(
        f"{snapshot.id} ({snapshot.repository.rpartition('/')[2]} at {snapshot.commit[:10]})"
        if snapshot.commit
        else snapshot.id
        for snapshot in content.snapshots
    )
    return f"Sources: {sources}. Made by itgraph." if sources else "Made by itgraph."

"""The command line: options in, one call of the library, data to standard output and talk to standard error.

Exit codes: 0 well; 1 findings (of `check`, `validate`, `doctor`, `extract`, `update`, `index --check`); 2 wrong
usage; 3 engine, input or output. Everything heavy is imported by the command that needs it. Every command takes
``--quiet`` and ``--errors``.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from itgraph.errors import ExportError, ItgraphError, SourceError
from itgraph.plurals import counted

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from itgraph.documents import Document
    from itgraph.explorer import ExploreFormat, View
    from itgraph.graph import Graph
    from itgraph.records import Snapshot
    from itgraph.results import Format, Table

Command = TypeVar("Command", bound=Callable[..., Any])

KINDS = ("model", "dataset", "benchmark", "technique", "paper", "person", "organization")
ROW_FORMATS = ("table", "json", "jsonl", "csv", "tsv")
# As in itgraph.export, which is not imported for this; a test holds the two equal.
EXPORT_FORMATS = (
    *("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml", "graphml", "gexf", "csv", "parquet"),
    *("bibtex", "void"),
)
# As in itgraph.explorer; the same test.
EXPLORER_VIEWS: tuple[View, ...] = ("focus", "overview", "timeline", "path", "table")
EXPLORER_FORMATS: tuple[ExploreFormat, ...] = ("html", "svg", "csv", "json")


@dataclass(slots=True)
class Manner:
    """How one run talks, as ``--quiet`` and ``--errors`` say, wherever they stand."""

    quiet: bool = False
    errors: Literal["text", "json"] = "text"


def _set_quiet(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and (manner := context.find_object(Manner)):
        manner.quiet = True


def _set_errors(context: click.Context, _parameter: click.Parameter, value: Literal["text", "json"] | None) -> None:
    if value and (manner := context.find_object(Manner)):
        manner.errors = value


def _manner_options() -> list[click.Parameter]:
    """Return the options that every command has."""
    return [
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            expose_value=False,
            callback=_set_quiet,
            help="On standard error, say nothing but errors.",
        ),
        click.Option(
            ["--errors"],
            type=click.Choice(["text", "json"]),
            expose_value=False,
            callback=_set_errors,
            help="How to say errors: json is one object in a line.  [default: text]",
        ),
    ]


# -- what a shell completes: imported only when it asks ------------------------------------------------------------


def complete_thing(context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Complete the name of a thing."""
    from itgraph.completion import complete_things

    return complete_things(context.params.get("graph_file"), context.params.get("kind"), typed)


def _complete_query(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    from itgraph.completion import complete_queries

    return complete_queries(typed)


def _complete_parameter(context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    from itgraph.completion import complete_parameters

    return complete_parameters(context.params.get("graph_file"), context.params.get("name"), typed)


def _complete_snapshot(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    from itgraph.completion import complete_snapshots

    return complete_snapshots(typed)


def _complete_file(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="file")]


# -- options that several commands have ----------------------------------------------------------------------------


def graph_option(command: Command) -> Command:
    """Add ``-g``: another built graph than the shipped one."""
    return click.option(
        "-g",
        "--graph",
        "graph_file",
        metavar="GRAPH",
        envvar="ITGRAPH_STORE",
        shell_complete=_complete_file,
        help="Ask this graph instead of the shipped one: a file, a folder, or the address of a SPARQL server."
        "  [env: ITGRAPH_STORE]",
    )(command)


def format_option(command: Command) -> Command:
    """Add ``--format`` to a command that gives rows."""
    return click.option(
        "--format",
        "row_format",
        type=click.Choice(ROW_FORMATS),
        default="table",
        show_default=True,
        help="How to print rows.",
    )(command)


def text_option(command: Command) -> Command:
    """Add ``--format`` to a command that tells of one thing."""
    return click.option(
        "--format",
        "shown_as",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How to print it.",
    )(command)


def layout_option(text: str) -> Callable[[Command], Command]:
    """Add ``--layout``: layout files besides the shipped one."""

    def add(command: Command) -> Command:
        return click.option(
            "--layout", "layouts", multiple=True, type=click.Path(path_type=Path), metavar="FILE", help=text
        )(command)

    return add


def kind_option(command: Command) -> Command:
    """Add ``--kind``: which of several things of one name is meant."""
    return click.option("--kind", type=click.Choice(KINDS), help="Which thing, where several have the name.")(command)


def open_graph(graph_file: str | None) -> Graph:
    """Open the graph that a command asks."""
    from itgraph.graph import load

    # The engine cannot be stopped by an exception: let Ctrl-C end the process, which holds nothing worth saving.
    with suppress(ValueError):  # only the main thread may say so
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return load(graph_file)


def print_rows(table: Table, row_format: Format) -> None:
    """Print rows to standard output."""
    from itgraph.results import write_table

    write_table(table, row_format, sys.stdout)


def tell(message: str) -> None:
    """Say something to the person at the terminal, out of the way of the data; nothing, if that is not wanted."""
    if not _manner().quiet:
        _say(message)


def _say(message: str) -> None:
    from itgraph.results import printable

    click.echo(printable(message), err=True)


def _manner() -> Manner:
    context = click.get_current_context(silent=True)
    return (context.find_object(Manner) if context else None) or Manner()


def _parse_steps(_context: click.Context, _parameter: click.Parameter, text: str | None) -> int | str | None:
    """Return a number of steps, or "all"."""
    if text is None or text == "all":
        return text
    if not (text.isascii() and text.isdecimal()):
        raise click.BadParameter(f"{text!r} is neither a number of steps nor all")
    return int(text)


class _Command(click.Command):
    """A command with the options that every command has."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params += _manner_options()


class _Group(click.Group):
    """Commands in the order of use, not of the alphabet."""

    command_class = _Command

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params += _manner_options()

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)


def _print_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        # Not of itgraph.doctor, which needs more than this does.
        from itgraph import __version__
        from itgraph.resources import say_shipped

        click.echo(f"itgraph {__version__}\nshipped graph: {say_shipped(digits=12)}")
        context.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version of itgraph and of the graph that comes with it.",
)
def cli() -> None:
    """What does this language model descend from?

    Base models, training datasets, the teacher models that wrote them, papers, people, and the lines of the survey that
    say so, in one graph.

    \b
    itgraph lineage Radiology-GPT            its ancestors, as a tree
    itgraph show Alpaca --kind dataset       everything known of it, with sources
    itgraph query --list                     the saved questions
    itgraph explore --open                   the lineage explorer, in the browser
    itgraph export --format jsonld -o g.jsonld
    """


# -- asking ------------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("name", shell_complete=complete_thing)
@kind_option
@text_option
@graph_option
def show(name: str, kind: str | None, shown_as: str, graph_file: str | None) -> None:
    """Print everything known of the thing NAME, each fact with its source lines."""
    from itgraph.description import format_description
    from itgraph.results import printable

    description = open_graph(graph_file).describe(name, kind)
    if shown_as == "json":
        from itgraph.lineage.text import to_json

        click.echo(to_json(description.to_dict()).rstrip("\n"))
    else:
        click.echo(printable(format_description(description)), nl=False)


@cli.command()
@click.argument("name", shell_complete=complete_thing)
@click.option("--up", "direction", flag_value="up", help="What it descends from (the default).")
@click.option("--down", "direction", flag_value="down", help="What descends from it.")
@click.option("--both", "direction", flag_value="both", help="Both.")
@click.option("--depth", type=click.IntRange(min=1), help="How many steps to go.")
@click.option("--explicit", is_flag=True, help="Leave out what only rules conclude.")
@click.option(
    "--sources",
    is_flag=True,
    help="Add who says so: under each step of a tree, as links of dot, as comments of mermaid. JSON always has it.",
)
@kind_option
@click.option(
    "--format",
    "shown_as",
    type=click.Choice(["tree", "json", "mermaid", "dot"]),
    default="tree",
    show_default=True,
    help="How to draw it; dot is for Graphviz.",
)
@graph_option
def lineage(
    name: str,
    direction: Literal["up", "down", "both"] | None,
    depth: int | None,
    explicit: bool,
    sources: bool,
    kind: str | None,
    shown_as: str,
    graph_file: str | None,
) -> None:
    """Draw the ancestry (or the descent) of the thing NAME."""
    from itgraph import lineage as drawing

    graph = open_graph(graph_file)
    thing = graph.get(name, kind)
    found = drawing.read_lineage(graph.store, thing, direction or "up", depth=depth, explicit=explicit)
    if shown_as == "tree":
        text = drawing.format_tree(found, sources=sources, colour=_colours(), encoding=_encoding())
    elif shown_as == "json":
        text = drawing.format_json(found)
    elif shown_as == "mermaid":
        text = drawing.format_mermaid(found, sources=sources)
    else:
        text = drawing.format_dot(found, sources=sources)
    click.echo(text.rstrip("\n"), color=_colours())


@cli.command()
@click.argument("first", metavar="A", shell_complete=complete_thing)
@click.argument("second", metavar="B", shell_complete=complete_thing)
@text_option
@graph_option
def path(first: str, second: str, shown_as: str, graph_file: str | None) -> None:
    """Show how the thing A descends from B, or B from A, or which ancestors they share.

    Where a dataset and a model have one name, write model/NAME or dataset/NAME, or a CURIE such as itm:alpaca.
    """
    from itgraph.lineage import find_path

    graph = open_graph(graph_file)
    found = find_path(graph.store, graph.get(first), graph.get(second))
    click.echo((found.format_json() if shown_as == "json" else found.format(encoding=_encoding())).rstrip("\n"))


@cli.command()
@click.argument("name", required=False, shell_complete=_complete_query)
@click.argument("parameters", nargs=-1, metavar="[PARAMETER=VALUE]...", shell_complete=_complete_parameter)
@click.option("--list", "list_queries", is_flag=True, help="List the saved queries by subject.")
@click.option("-e", "--sparql", "text", metavar="SPARQL", help="Ask this SPARQL query.")
@click.option(
    "-f",
    "--file",
    "file",
    metavar="FILE",
    shell_complete=_complete_file,
    help="Ask the SPARQL query in this file (- is standard input).",
)
@click.option("--print", "print_only", is_flag=True, help="Print the SPARQL of the saved query instead of asking it.")
@format_option
@graph_option
def query(
    name: str | None,
    parameters: tuple[str, ...],
    list_queries: bool,
    text: str | None,
    file: str | None,
    print_only: bool,
    row_format: Format,
    graph_file: str | None,
) -> None:
    """Answer the saved query NAME, or SPARQL of your own.

    \b
    itgraph query ancestors-of-model model=Radiology-GPT
    itgraph query -e 'SELECT ?s WHERE { ?s a itg:Model } LIMIT 5'

    Prefixes of the graph (itg:, itm:, itd: ...) need not be declared in SPARQL given with -e.
    """
    chosen = [bool(name), text is not None, file is not None, list_queries]
    if sum(chosen) != 1:
        raise click.UsageError("give one of: the NAME of a saved query, -e SPARQL, -f FILE, --list")
    if list_queries:
        _list_queries(row_format)
        return
    if name is not None:
        from itgraph.queries import bind, get_query, parse_parameters, run

        saved = get_query(name)
        values = parse_parameters(saved, parameters)
        graph = open_graph(graph_file)
        if print_only:
            click.echo(bind(saved, values, graph.store).rstrip("\n"))
            return
        print_rows(run(saved, graph.store, values), row_format)
        if "licences" in saved.tags:
            from itgraph.access import DISCLAIMER

            tell(DISCLAIMER)
        return
    if parameters or print_only:
        raise click.UsageError("parameters and --print go with the NAME of a saved query")
    _ask(_read_sparql(text, file), row_format, graph_file)


def _read_sparql(text: str | None, file: str | None) -> str:
    if text is not None:
        return text
    assert file is not None
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read: {getattr(error, 'strerror', None) or error}", path=file) from error


def _ask(sparql: str, row_format: Format, graph_file: str | None) -> None:
    from itgraph.queries import ask_store
    from itgraph.results import Table

    answer = ask_store(open_graph(graph_file).store, sparql)
    if isinstance(answer, Table):
        print_rows(answer, row_format)
    elif row_format != "table":
        raise click.UsageError("--format is for SELECT; the answer to this query has no rows")
    elif isinstance(answer, bool):
        click.echo("true" if answer else "false")
    else:
        from pyoxigraph import Quad

        from itgraph.turtle import format_turtle

        quads = (Quad(triple.subject, triple.predicate, triple.object) for triple in answer)
        click.echo(format_turtle(quads).decode().rstrip("\n"))


def _list_queries(row_format: Format) -> None:
    from itgraph.catalogue import SUBJECTS
    from itgraph.queries import load_queries

    queries = load_queries()
    if row_format != "table":
        from itgraph.queries import catalogue_table

        print_rows(catalogue_table(queries), row_format)
        return
    subjects = [subject for subject in SUBJECTS if any(query.tags[0] == subject for query in queries)]
    width = max(len(query.name) for query in queries)
    for subject in subjects:
        click.echo(f"{subject}")
        for saved in queries:
            if saved.tags[0] == subject:
                given = "  [" + ", ".join(p.name for p in saved.parameters) + "]" if saved.parameters else ""
                click.echo(f"  {saved.name:<{width}}  {saved.summary}{given}")
        click.echo()


@cli.command()
@click.option("--code", help="Only this code, such as name-variant.")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), help="Only this severity.")
@click.option("--snapshot", shell_complete=_complete_snapshot, help="Only this snapshot.")
@click.option("--count", is_flag=True, help="Count them by code instead of listing them.")
@format_option
@graph_option
def issues(
    code: str | None,
    severity: str | None,
    snapshot: str | None,
    count: bool,
    row_format: Format,
    graph_file: str | None,
) -> None:
    """List the defects that were found in the sources, and where other sources contradict them or each other."""
    from itgraph.issues import list_issues

    table = list_issues(open_graph(graph_file).store, code=code, severity=severity, snapshot=snapshot, count=count)
    print_rows(table, row_format)


@cli.command()
@click.argument("name", required=False, shell_complete=complete_thing)
@click.option("--sources", is_flag=True, help="List instead where two other sources disagree.")
@click.option(
    "--kind", type=click.Choice(KINDS), help="Only things of this kind; with NAME, which of the things called so."
)
@click.option(
    "--format",
    "shown_as",
    type=click.Choice(["text", *ROW_FORMATS]),
    default="text",
    show_default=True,
    help="How to print them.",
)
@graph_option
def conflicts(
    name: str | None, sources: bool, kind: str | None, shown_as: Format | Literal["text"], graph_file: str | None
) -> None:
    """List where a source contradicts the survey, of all things or of NAME: who says what, why, and what holds.

    Where the source is followed, the survey's own statement stays in the graph of its row.
    """
    from itgraph import conflicts as found
    from itgraph.results import printable

    graph = open_graph(graph_file)
    thing = None if name is None else graph.get(name, kind)
    if sources:
        disagreements = found.list_disagreements(graph.store, thing, kind=kind)
        text, table = found.format_disagreements(disagreements), found.disagreements_table(disagreements)
    else:
        contradictions = found.list_conflicts(graph.store, thing, kind=kind)
        text, table = found.format_conflicts(contradictions), found.conflicts_table(contradictions)
    if shown_as == "text":
        click.echo(printable(text), nl=False)
    else:
        print_rows(table, shown_as)
    if not len(table):
        tell(found.say_none(graph.store, thing, kind=kind, between_sources=sources))


@cli.command()
@click.argument("old", shell_complete=_complete_snapshot)
@click.argument("new", shell_complete=_complete_snapshot)
@format_option
@graph_option
def diff(old: str, new: str, row_format: Format, graph_file: str | None) -> None:
    """Show what changed from the snapshot OLD to the snapshot NEW, field by field."""
    from itgraph.changes import diff_snapshots

    print_rows(diff_snapshots(open_graph(graph_file).store, old, new), row_format)


@cli.command()
@format_option
@graph_option
def stats(row_format: Format, graph_file: str | None) -> None:
    """Count what the graph holds; for lineage also what a survey or another source states outright."""
    from itgraph.counts import count_graph

    print_rows(count_graph(open_graph(graph_file).store), row_format)


@cli.command()
@click.option(
    "--format",
    "name",
    required=True,
    type=click.Choice(EXPORT_FORMATS),
    metavar="FORMAT",
    help=f"One of {', '.join(EXPORT_FORMATS)}; csv and parquet are a folder or a .zip of tables.",
)
@click.option(
    "--focus",
    metavar="NAME",
    shell_complete=complete_thing,
    help="Only this thing, its ancestry, papers, people and sources.",
)
@kind_option
@click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    metavar="FILE",
    help="Where to write; - is standard output.",
)
@graph_option
def export(name: str, focus: str | None, kind: str | None, output: str, graph_file: str | None) -> None:
    """Write the graph, or the part around one thing, in another format."""
    from itgraph.export import export as write

    if name in ("csv", "parquet") and output == "-":
        raise click.UsageError(f"{name} is several files: give -o a folder or a .zip file")
    graph = open_graph(graph_file)
    thing = graph.get(focus, kind) if focus is not None else None
    for note in write(graph.quads(), name, output, focus=thing.iri if thing else None):
        tell(note)


@cli.command()
@click.option(
    "-o", "--output", metavar="FILE", help="Where to write; - is standard output.  [default: lineage.html, .svg ...]"
)
@click.option(
    "--focus",
    metavar="NAME",
    shell_complete=complete_thing,
    help="Where it opens.  [default: the model with the longest ancestry]",
)
@kind_option
@click.option(
    "--view", type=click.Choice(EXPLORER_VIEWS), default="focus", show_default=True, help="What it opens with."
)
@click.option("--to", metavar="NAME", shell_complete=complete_thing, help="The other end, with --view path.")
@click.option("--up", callback=_parse_steps, metavar="N|all", help="Steps up.  [default: all; of papers and people 1]")
@click.option("--down", callback=_parse_steps, metavar="N|all", help="Steps down.  [default: 1; of people 2]")
@click.option("--only", is_flag=True, help="Leave out of the file what is not in the lineage of the focus.")
@click.option(
    "--format",
    "shown_as",
    type=click.Choice(EXPLORER_FORMATS),
    help="The page, or one view as a picture or as data.  [default: by the extension of FILE, else html]",
)
@click.option(
    "--theme",
    type=click.Choice(["light", "dark"]),
    help="Of the page or picture.  [default: the system's; of a picture light]",
)
@click.option("--lens", type=click.Choice(["access"]), help="What boxes are coloured by.  [default: their kind]")
@click.option("--open", "open_it", is_flag=True, help="Open the file in the browser.")
@graph_option
def explore(
    output: str | None,
    shown_as: ExploreFormat | None,
    open_it: bool,
    graph_file: str | None,
    **wanted: Any,
) -> None:
    """Write the lineage explorer: one HTML page that works offline, or one of its views as SVG, CSV or JSON.

    \b
    itgraph explore --open
    itgraph explore --focus model/Alpaca --format svg -o alpaca.svg
    itgraph explore --view path --focus Radiology-GPT --to GPT-3 -o path.svg
    itgraph explore --focus Minotaur --lens access -o minotaur.svg
    """
    if open_it and output == "-":
        raise click.UsageError("standard output cannot be opened: give -o a file")
    from itgraph.explorer import Wanted, format_of, write_view
    from itgraph.explorer import explore as make

    format_ = shown_as or format_of(output or "")
    target = output or f"lineage.{format_}"
    graph = open_graph(graph_file)
    focus, to, kind = wanted.pop("focus"), wanted.pop("to"), wanted.pop("kind")
    text = make(
        graph.store,
        Wanted(
            focus=graph.get(focus, kind) if focus is not None else None,
            to=graph.get(to) if to is not None else None,
            **wanted,
        ),
        format=format_,
        tell=tell,
    )
    write_view(text, target)
    if target != "-":
        tell(f"{target}: {len(text.encode()) / 1000:,.1f} KB{', open it in a browser' if format_ == 'html' else ''}")
    if open_it:
        import webbrowser

        if not webbrowser.open(Path(target).resolve().as_uri()):
            raise ExportError(f"no browser could be opened here: open {target} yourself")


@cli.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder to make; a site that is there is replaced.",
)
@click.option("--url", default="", metavar="URL", help="Where it will be: pages say so, and there is a sitemap.")
@graph_option
def site(output: Path, url: str, graph_file: str | None) -> None:
    """Write the graph into DIR as a site of files, for any web host: pages, data in every format, the explorer, SPARQL.

    \b
    itgraph site -o site --url https://example.org/itgraph/
    python -m http.server -d site

    It needs no server: search runs in the browser, and so does SPARQL (where itgraph was built with Node.js). Nothing
    is asked of any other host. Pages can be opened as files, too; SPARQL cannot.
    """
    from time import monotonic

    from itgraph.extras import require_extra
    from itgraph.store import open_store

    require_extra("`itgraph site`", "jinja2", "pyvis")
    from itgraph.site import write_site

    began = monotonic()
    with _show_progress(f"Writing {output}") as progress:
        report = write_site(open_store(graph_file), output, url=url, progress=progress)
    for note in report.notes:
        tell(f"note: {note}")
    size, took = f"{report.size / 1e6:,.1f} MB", f"{monotonic() - began:,.1f} s"
    tell(f"{output}: {report.pages:,} pages, {report.files:,} files, {size}, written in {took}")


@cli.command()
@click.argument("name", shell_complete=complete_thing)
@click.option(
    "--format",
    "shown_as",
    type=click.Choice(["cyclonedx", "spdx"]),
    required=True,
    help="CycloneDX 1.6, or SPDX 3.0.1 as JSON-LD.",
)
@click.option("-o", "--output", default="-", show_default=True, metavar="FILE", help="Where to write.")
@kind_option
@graph_option
def bom(
    name: str, shown_as: Literal["cyclonedx", "spdx"], output: str, kind: str | None, graph_file: str | None
) -> None:
    """Write the bill of materials of NAME: the model or dataset and all that it was made from, with licences.

    It holds what sources say, and says what they do not. It is not legal advice.
    """
    from itgraph.documents import write_bom

    graph = open_graph(graph_file)
    _write_document(write_bom(graph.store, graph.get(name, kind), shown_as), output)


@cli.command()
@click.argument("name", shell_complete=complete_thing)
@kind_option
@graph_option
def cite(name: str, kind: str | None, graph_file: str | None) -> None:
    """Print the papers of NAME and of all that it was made from, as BibTeX.

    Of a paper, it prints the paper itself; of a person or an organisation, what they wrote.
    """
    from itgraph.documents import write_citations

    graph = open_graph(graph_file)
    _write_document(write_citations(graph.store, graph.get(name, kind)))


@cli.command()
@click.argument("name", shell_complete=complete_thing)
@kind_option
@graph_option
def card(name: str, kind: str | None, graph_file: str | None) -> None:
    """Print what a card on Hugging Face would say of NAME: base models, datasets, licence, as YAML.

    It holds what sources say; what they do not is left out. It is not legal advice.
    """
    from itgraph.documents import write_card

    graph = open_graph(graph_file)
    # The card holds its notes as comments: on a terminal they would be seen twice.
    _write_document(write_card(graph.store, graph.get(name, kind)), with_notes=not sys.stdout.isatty())


def _write_document(document: Document, output: str = "-", *, with_notes: bool = True) -> None:
    from itgraph.documents import save

    save(document, output)
    for note in document.notes if with_notes else ():
        tell(note)


# -- making ------------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("source", metavar="README.md")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The snapshot's folder.",
)
@click.option("--id", "snapshot_id", help="The snapshot's id.  [default: the name of DIR]")
@click.option("--repository", help="Where the file is from: OWNER/NAME or an address.")
@click.option("--commit", help="The commit that it was taken at (40 hexadecimal digits).")
@click.option("--date", help="The date of the commit, as 2024-10-15.  [default: the id, if it is a date]")
@click.option(
    "--names",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Identity decisions.  [default: names.csv beside the folder, else those shipped]",
)
@layout_option(
    "A layout file, which says what columns mean; several go one before the other, all before the shipped one. They are"
    " kept in DIR.  [default: those in DIR]"
)
def extract(
    source: str,
    output: Path,
    snapshot_id: str | None,
    repository: str | None,
    commit: str | None,
    date: str | None,
    names: Path | None,
    layouts: tuple[Path, ...],
) -> None:
    """Read the README of a survey (a path, - or an http(s) address) into files that a person can review and edit.

    DIR gets a CSV file for each table and one for lists of papers, references.bib and issues.csv; snapshots.toml beside
    it says where DIR comes from. What that file already says of DIR holds unless an option says otherwise. Exit code 1
    means that part of the source could not be read: see the issues of severity "error". Columns and tables that no
    layout knows are issues, too, with the line that a layout file needs to have them read.
    """
    from dataclasses import replace

    from itgraph.build import read_name_decisions
    from itgraph.extract import extract as read
    from itgraph.extract import summary
    from itgraph.fetch import read_input
    from itgraph.snapshots import known_snapshot, layout_files, make_snapshot, write_snapshot
    from itgraph.survey.layouts import read_layout_files

    known = known_snapshot(output)
    given = read_input(source)
    snapshot = _checked(
        make_snapshot,
        "the options",
        id=snapshot_id or (known.id if known else output.resolve().name),
        repository=repository or given.repository or (known.repository if known else ""),
        commit=commit or given.commit or (known.commit if known else ""),
        date=date or (known.date if known else ""),
        path=given.path if given.repository else (known.path if known else given.path),
    )
    facts = read(
        given.data,
        snapshot,
        read_name_decisions(names, near=[output]),
        name=given.name,
        layout_files=read_layout_files(layouts or layout_files(output)),
    )
    is_other_text = known is not None and bool(known.sha256) and known.sha256 != facts.snapshot.sha256
    if known and is_other_text and not (commit or given.commit):
        # The old commit does not hold this text: links to its lines would show other ones.
        facts = replace(facts, snapshot=replace(facts.snapshot, commit=""))
    write_snapshot(facts, output)
    click.echo(summary(facts).rstrip("\n"))
    if known and is_other_text:
        tell(f"note: {output} held another text (sha256 {known.sha256[:12]}..., now {facts.snapshot.sha256[:12]}...)")
        if known.commit and not facts.snapshot.commit:
            tell("      it is no longer pinned to a commit; say --commit to pin it to the one that holds this text")
    errors = sum(issue.severity == "error" for issue in facts.issues)
    unread = sum(not table.layout for table in facts.tables)
    if unread:
        tell(
            f"note: no layout is declared for {unread} of its {len(facts.tables)} tables, so that their rows say "
            "nothing: issues.csv has the line that a layout file (--layout) needs for each"
        )
    if errors:
        tell(
            f"{errors} error{'s' if errors > 1 else ''}: part of the source could not be read, "
            f"see {output / 'issues.csv'}"
        )
        raise SystemExit(1)


@cli.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder that the snapshots are in; it gets one more.",
)
@click.option(
    "--repository",
    default="",
    metavar="ADDRESS",
    help="OWNER/NAME, or what git can fetch from.  [default: that of the newest snapshot]",
)
@click.option("--branch", default="", help="A branch of it.  [default: the one that it opens with]")
@click.option("--path", default="", metavar="PATH", help="The README in it.  [default: as in the newest snapshot]")
@click.option(
    "--from",
    "source",
    default="",
    metavar="FILE|DIR|URL",
    help="Read this README, or the one in this folder, instead of asking the repository.",
)
@click.option("--date", default="", help="Its date, as 2025-01-31, where nothing tells it.")
def update(output: Path, repository: str, branch: str, path: str, source: str, date: str) -> None:
    """Look for a newer version of the survey; read it as a new snapshot, and print what changed as Markdown.

    The network is asked now and by no other command on its own. Nothing is overwritten: the new snapshot is a folder
    beside the others in DIR, called by its date. Where there is nothing newer, nothing is written.
    """
    from itgraph.update import update as look

    found = look(output, repository=repository, branch=branch, path=path, source=source, date=date)
    click.echo(found.log, nl=False)
    tell(found.message)
    if found.errors:
        tell(f"part of it could not be read: see the issues of severity error in {Path(found.folder) / 'issues.csv'}")
        raise SystemExit(1)


@cli.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[DIR]...")
@click.option(
    "-o",
    "--output",
    default="itgraph.trig",
    show_default=True,
    metavar="FILE",
    help="Where to write; - is standard output. The extension tells the format (.trig, .nq, .jsonld ...).",
)
@click.option(
    "--layers",
    default="survey,curated",
    show_default=True,
    help="What to build from: what the surveys say, and facts from other sources, which add to it and correct it.",
)
@click.option(
    "--names",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Identity decisions.  [default: names.csv beside the folder, else those shipped]",
)
@click.option(
    "--curated",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Facts from other sources.  [default: curated/ beside the folder, else those shipped]",
)
@layout_option("A layout file, which goes before those that are kept in the folders; several go one before the other.")
def build(
    folders: tuple[Path, ...],
    output: str,
    layers: str,
    names: Path | None,
    curated: Path | None,
    layouts: tuple[Path, ...],
) -> None:
    """Make the graph of snapshot folders and curated facts; without DIR, of those that are shipped."""
    from itgraph.build import build as make
    from itgraph.export import export as write
    from itgraph.export import find_format, get_format

    target = get_format("trig") if output == "-" else find_format(output)
    if target is None or not target.is_rdf:
        raise click.UsageError(f"{output}: the extension must be that of an RDF format, such as .trig or .nq")
    chosen = tuple(part.strip() for part in layers.split(",") if part.strip())
    quads = make(folders, names=names, curated=curated, layers=chosen, layouts=layouts)
    for note in write(quads, target.name, output):
        tell(note)
    if output != "-":
        count = sum(target.holds_graphs or str(quad.graph_name) == "DEFAULT" for quad in quads)
        tell(f"{output}: {count:,} {'quads' if target.holds_graphs else 'triples'}")


@cli.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Compare with the facts in this folder.  [default: what git has committed, else the shipped facts]",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def check(folder: Path | None, against: Path | None, as_json: bool) -> None:
    """Say everything that is wrong with the files of facts in DIR, and what new rows add to the graph.

    DIR has names.csv, curated/ and the folders of snapshots, or is such a curated/ itself. Without DIR it is the data/
    of the checkout that you are in, else the shipped one. Exit code 1 means that something is wrong.
    """
    from itgraph.contributions import check as look
    from itgraph.contributions import format_check, say_result
    from itgraph.results import printable

    found = look(folder, against=against)
    if as_json:
        from itgraph.lineage.text import to_json

        click.echo(to_json(found.to_dict()).rstrip("\n"))
    else:
        click.echo(printable(format_check(found)), nl=False)
        tell(say_result(found))
    if found.findings:
        raise SystemExit(1)


@cli.command()
@click.argument("file", required=False)
@click.option(
    "--format",
    "shown_as",
    type=click.Choice([*ROW_FORMATS, "turtle"]),
    default="table",
    show_default=True,
    help="How to print findings; turtle is a SHACL report.",
)
def validate(file: str | None, shown_as: Format | Literal["turtle"]) -> None:
    """Check a built graph against the shapes (SHACL); exit code 1 if it breaks one."""
    from itgraph.shapes import validate as check
    from itgraph.store import open_store

    report = check(open_store(file).quads())
    if shown_as == "turtle":
        click.echo(report.to_turtle().rstrip("\n"))
    elif report.findings or shown_as != "table":
        print_rows(report.to_table(), shown_as)
    found = len(report.findings)
    if not report.is_ours:
        tell("note: nothing in this graph has a class of itgraph; is it the right file?")
    tell(
        f"{'conforms' if report.conforms else 'does not conform'}: {report.checked:,} quads checked, "
        f"{counted(found, 'finding')}"
    )
    if not report.conforms:
        raise SystemExit(1)


@cli.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[DIR]...")
@click.option(
    "--kind",
    type=click.Choice(["model", "dataset", "benchmark", "technique", "person", "organization"]),
    help="Only names of things of this kind.",
)
@click.option(
    "--names",
    "decisions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Identity decisions.  [default: names.csv beside the folder, else those shipped]",
)
@format_option
def names(folders: tuple[Path, ...], kind: str | None, decisions: Path | None, row_format: Format) -> None:
    """List which spellings were taken for one name, and why."""
    from itgraph.build import resolve_folders
    from itgraph.merges import merges_table

    print_rows(merges_table(resolve_folders(folders, names=decisions), kind), row_format)


@contextmanager
def _show_progress(title: str) -> Iterator[Callable[..., None]]:
    """Show how far something is, on a terminal and once it has taken a second: how much of how much, and what it is."""
    if _manner().quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from time import monotonic

    from rich.console import Console
    from rich.progress import Progress

    began = monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, visible=False)

        def update(done: int, all_: int | None, doing: str = "") -> None:
            said = f"{title}: {doing}{f', {done:,}' if done else ''}" if doing else title
            bar.update(task, description=said, completed=done, total=all_, visible=monotonic() - began > 1)

        yield update


def _checked(make: Callable[..., Snapshot], *arguments: str, **options: str) -> Snapshot:
    """Call what checks what was typed: an error is one of usage."""
    try:
        return make(*arguments, **options)
    except SourceError as error:
        raise click.UsageError(str(error)) from error


@cli.command("load")
@click.argument("target", metavar="URL|FOLDER")
@click.option(
    "-g",
    "--graph",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Load this file.  [default: the shipped graph]",
)
@click.option("--update", metavar="URL", help="Where the server takes updates.  [default: found by the usual names]")
@click.option("--graph-store", metavar="URL", help="Where it takes whole graphs.  [default: found by the usual names]")
def load_command(target: str, source: Path | None, update: str | None, graph_store: str | None) -> None:
    """Load the graph into the SPARQL server at URL, or into a FOLDER; then -g asks it there.

    \b
    itgraph load http://localhost:8890/sparql
    itgraph stats -g http://localhost:8890/sparql

    A load that was broken off goes on where it was when it is repeated (into a folder it begins again); a graph that is
    there already is not sent again, and another version of it is replaced. Nothing else that the server holds is
    touched, nor a folder that itgraph has not made. ITGRAPH_STORE_USER and
    ITGRAPH_STORE_PASSWORD are the account that writes.
    """
    from itgraph.addresses import without_credentials
    from itgraph.loading import load_into
    from itgraph.store import is_address

    if (update or graph_store) and not is_address(target):
        raise click.UsageError("--update and --graph-store go with the address of a server")
    with _show_progress(f"Loading into {without_credentials(target)}") as progress:
        report = load_into(target, source, update=update, graph_store=graph_store, progress=progress)
    tell(str(report))


@cli.command()
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path), metavar="INPUT...")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="STORE", help="The folder to make."
)
@click.option(
    "--models", multiple=True, type=click.Path(path_type=Path), metavar="INPUT", help="Read this as models; repeatable."
)
@click.option(
    "--datasets",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="INPUT",
    help="Read this as datasets; repeatable.",
)
@click.option(
    "-g",
    "--graph",
    "graph_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Put the hub beside the graph in this file.  [default: the shipped graph]",
)
@click.option(
    "--renames",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A CSV file of old and new ids of repositories that were renamed.",
)
def hub(
    inputs: tuple[Path, ...],
    output: Path,
    models: tuple[Path, ...],
    datasets: tuple[Path, ...],
    graph_file: Path | None,
    renames: Path | None,
) -> None:
    """Load what the Hugging Face hub publishes into the folder STORE, with indexes; then -g asks it there.

    \b
    itgraph hub models.jsonl datasets.jsonl -o hub
    itgraph lineage mistralai/Mistral-7B-v0.1 --down --depth 1 -g hub

    An INPUT is a listing of the hub's API (JSON lines or Parquet) or a folder of cards. It holds models, unless its
    name speaks of datasets. What a model says it is built on and was trained on becomes lineage, each step with the
    card that says so; a model that the survey knows too is one thing with it.

    A load that was broken off goes on where it was when it is repeated. Until it is done, STORE is as it was.
    """
    from itgraph.hub.inputs import find_inputs
    from itgraph.loading.hub import load_hub

    found = find_inputs(inputs, models=models, datasets=datasets)
    with _show_progress("Reading the hub") as progress:
        report = load_hub(
            output,
            found,
            graph=graph_file,
            renames=renames,
            progress=lambda doing, done: progress(done, None, doing),
        )
    tell(str(report))


@cli.command("index")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--check",
    is_flag=True,
    help="Compare the indexes that are there with the graph instead; exit code 1 if they differ.",
)
def index_command(folder: Path, check: bool) -> None:
    """Make the indexes of names and lineage of the graph in FOLDER anew.

    A folder that `itgraph hub` has made has them. With them, whole families are found in milliseconds.
    """
    from itgraph.loading.indexes import check_indexes, make_indexes

    if not check:
        made = make_indexes(folder)
        tell(f"{folder}: {counted(made.things, 'name')}, {counted(made.edges, 'step')} of lineage")
        return
    differences = check_indexes(folder)
    for difference in differences:
        click.echo(difference)
    tell(f"{folder}: the indexes are {'not those' if differences else 'those'} of the graph")
    if differences:
        raise SystemExit(1)


# -- serving -----------------------------------------------------------------------------------------------------------


@cli.command()
@graph_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 is the whole network.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Which port; 0 takes a free one."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long one answer may take; then its work is ended.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    default=100_000,
    show_default=True,
    metavar="N",
    help="Rows or triples of one answer; what is more is left out, and the answer says so.",
)
@click.option(
    "--max-size",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    metavar="MB",
    help="Size of one answer; as with --max-rows.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=16),
    default=1024,
    show_default=True,
    metavar="MB",
    help="Memory that one answer may take, beside the graph.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Processes for quick answers.  [default: one for each core, at least 2]",
)
@click.option(
    "--slow-workers",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    metavar="N",
    help="Processes for answers that take longer than a moment.",
)
@click.option(
    "--queue",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="Requests that may wait; what is more is turned away.",
)
@click.option(
    "--cache",
    type=click.IntRange(min=0),
    default=128,
    show_default=True,
    metavar="MB",
    help="Answers that are kept to be given again.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="A name by which this server is called, beside addresses and localhost; may be repeated.",
)
@click.option("--public-url", metavar="URL", help="What clients call this server, where a proxy stands before it.")
@click.option(
    "--cors",
    default="*",
    show_default=True,
    metavar="ORIGIN",
    help="Whose pages may read answers in a browser: * is every page that anybody here visits, none is only our own; "
    "say none for a graph that is not public.",
)
@click.option(
    "--log",
    type=click.Choice(["off", "path", "full"]),
    default="path",
    show_default=True,
    help="The access log, on standard error: full is with what was asked.",
)
def serve(
    graph_file: str | None,
    host: str,
    port: int,
    timeout: float,
    workers: int | None,
    log: Literal["off", "path", "full"],
    **options: Any,
) -> None:
    """Serve the graph over HTTP: SPARQL, a page for every thing, the saved queries, the lineage explorer.

    \b
    itgraph serve
    curl http://127.0.0.1:8000/sparql \\
        --data-urlencode 'query=SELECT * { ?model a itg:Model } LIMIT 3'

    It answers questions and changes nothing. Ctrl-C ends it.
    """
    from itgraph.extras import require_extra

    require_extra("`itgraph serve`", "httptools", "jinja2", "uvicorn")
    from itgraph.server.limits import Limits
    from itgraph.server.serve import make_policy
    from itgraph.server.serve import serve as run

    def started(address: str) -> None:
        tell(f"Serving at {address} (Ctrl-C ends it)")
        if host in {"0.0.0.0", "::"} and not options["hosts"]:  # noqa: S104 - this only compares
            tell("note: by a name it answers only if told so: --allow-host NAME")

    mib = 2**20
    limits = Limits(
        seconds=timeout,
        rows=options["max_rows"],
        bytes=options["max_size"] * mib,
        memory=options["memory"] * mib,
        queue=options["queue"],
        slow_workers=options["slow_workers"],
        cache=options["cache"] * mib,
        **({} if workers is None else {"workers": workers}),
    )
    try:
        policy = make_policy(options["hosts"], options["public_url"], options["cors"])
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    run(
        graph_file,
        host=host,
        port=port,
        limits=limits,
        policy=policy,
        log=log,
        on_start=started,
    )


@cli.command()
@graph_option
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long one answer may take; then its work is ended.",
)
def mcp(graph_file: str | None, timeout: float) -> None:
    """Serve the graph to agents: an MCP server, over standard input and output.

    A client of the Model Context Protocol starts this command. Most are told of it so:

    \b
    {"mcpServers": {"itgraph": {"command": "itgraph", "args": ["mcp"]}}}

    It answers questions, with the links of its sources, and changes nothing. It ends when its input does.
    """
    from itgraph.agents.serve import serve

    if sys.__stdin__ is not None and sys.__stdin__.isatty():
        tell("This speaks to a program: see `itgraph mcp --help` for how it is started. Ctrl-C ends it.")
    serve(graph_file, seconds=timeout)


# -- this installation -------------------------------------------------------------------------------------------------


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@graph_option
def doctor(as_json: bool, graph_file: str | None) -> None:
    """Look at what is installed here, and whether it works; exit code 1 if something does not.

    It looks at packages, extras, shipped files, the graph that comes with itgraph, the one that -g or ITGRAPH_STORE
    names, and programs that itgraph can use. It changes nothing.
    """
    from itgraph.doctor import examine, format_checks, format_checks_json, is_well
    from itgraph.results import printable

    checks = examine(graph_file)
    click.echo(format_checks_json(checks) if as_json else printable(format_checks(checks)), nl=False)
    if not is_well(checks):
        raise SystemExit(1)


@cli.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: Literal["bash", "zsh", "fish"]) -> None:
    """Print the script by which SHELL completes commands, options, and names of things and saved queries.

    \b
    bash, in ~/.bashrc:                   source <(itgraph completion bash)
    zsh, in ~/.zshrc, after compinit:     source <(itgraph completion zsh)
    fish, in ~/.config/fish/config.fish:  itgraph completion fish | source
    """
    from itgraph.completion import format_script

    click.echo(format_script(shell, cli), nl=False)


# -- running -----------------------------------------------------------------------------------------------------------


def _set_encoding() -> None:
    """Write data as UTF-8, and on a terminal show what its encoding lacks as escapes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="backslashreplace")
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _encoding() -> str:
    return sys.stdout.encoding or "ascii"


def _colours() -> bool:
    """Tell whether to write colours: as the environment says, else on a terminal that can show them."""
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("CLICOLOR_FORCE", "FORCE_COLOR")):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and os.environ.get("CLICOLOR") != "0"


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit code."""
    _set_encoding()
    if "_ITGRAPH_COMPLETE" in os.environ:
        from itgraph.completion import answer_bash_our_way

        answer_bash_our_way()
    manner = Manner()
    try:
        result = cli.main(args=arguments, prog_name="itgraph", standalone_mode=False, obj=manner)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        given = sys.argv[1:] if arguments is None else arguments
        _say_usage_error(error, as_json=manner.errors == "json" or _asks_for_json(given))
        return error.exit_code
    except ItgraphError as error:
        _say_error(error, manner)
        return error.exit_code
    except BrokenPipeError:
        # The reader (`head`) has seen enough. Keep Python from failing once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _say_system_error(error, manner)
        return 3
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
    return result if isinstance(result, int) else 0


def _asks_for_json(arguments: list[str]) -> bool:
    """Tell whether ``--errors json`` stands in what could not be read to its end."""
    words = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--errors=json" in words or ("--errors", "json") in pairwise(words)


def _say_error(error: ItgraphError, manner: Manner) -> None:
    if manner.errors == "text":
        _say(f"itgraph: {error}")
        return
    from itgraph.failures import format_error

    click.echo(format_error(error), err=True)


def _say_usage_error(error: click.ClickException, *, as_json: bool) -> None:
    if not as_json:
        error.show()
        return
    from itgraph.failures import format_failure

    context = getattr(error, "ctx", None)
    command = context.command_path if context else "itgraph"
    said = format_failure(
        "usage",
        error.format_message(),
        exit_code=error.exit_code,
        where={"command": command},
        what_to_do=f"`{command} --help` says how it is used",
    )
    click.echo(said, err=True)


_FULL = {getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name)}
"""What only writing can fail with; which of the files it was, only opening one tells."""


def _say_system_error(error: OSError, manner: Manner) -> None:
    reason = error.strerror or str(error)
    code, message = "input-output", f"reading or writing failed: {reason}"
    if error.filename is not None:
        message = f"{error.filename}: cannot be read or written: {reason}"
    elif error.errno in _FULL:
        code, message = "output", f"the output cannot be written: {reason}"
    if manner.errors == "text":
        _say(f"itgraph: {message}")
        return
    from itgraph.failures import format_failure

    where = {"path": str(error.filename)} if error.filename else None
    click.echo(format_failure(code, message, exit_code=3, where=where), err=True)

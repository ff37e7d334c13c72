"""The catalogue of the saved questions, written for people: ``queries/README.md``, from the headers of the files."""

from __future__ import annotations

from collections.abc import Sequence

from itgraph.queries import Parameter, Query

SUBJECTS: dict[str, str] = {
    "ancestry": "Ancestry",
    "data": "Data",
    "teachers": "Teachers",
    "papers-and-people": "Papers and people",
    "openness": "Openness",
    "licences": "Licences and terms",
    "technique-and-size": "Techniques, modalities and sizes",
    "evidence": "Evidence, time and quality",
    "interoperability": "Interoperability",
}
"""The subjects: what the first tag of a query can be, in the order in which they are printed."""

READS_CURRENT_VIEW: tuple[str, ...] = (
    "access-changes",
    "basis-of-ancestry",
    "children-older-than-parents",
    "datasets-derived-from-dataset",
    "datasets-generated-by-family",
    "datasets-generated-by-model",
    "datasets-under-teachers-terms",
    "disputed-sizes",
    "human-made-datasets",
    "links-by-property",
    "models-taught-by-closed-models",
    "models-with-several-bases",
    "models-with-unknown-data",
    "models-without-base",
    "most-built-upon-models",
    "most-used-teachers",
    "open-datasets-from-closed-models",
    "open-models-on-closed-ground",
    "papers-describing-several-models",
    "parts-of-multimodal-models",
    "self-improvement-data",
    "siblings-of-model",
    "sizes-of-bases-and-descendants",
    "statements-about-thing",
    "teachers-of-dataset",
    "teachers-of-model",
    "teachers-without-version",
    "things-by-class",
    "things-without-identifier",
    "things-without-paper-link",
    "unused-datasets",
)
"""Queries whose answer on the shipped graph differs where the default graph is the union of all graphs; tested."""

_INTRODUCTION = """\
# The saved questions

{count} questions, one file each. The name of a file is the name of its question:

    itgraph query --list
    itgraph query teachers-of-model
    itgraph query teachers-of-model model=Vicuna
    itgraph query teachers-of-model model=Vicuna --format csv

This file is made from the headers of the others, and so is `examples.ttl`: the same questions as RDF, in the form of
[SIB's sparql-examples](https://github.com/sib-swiss/sparql-examples), in which editors and programs find them beside an
endpoint. `pytest --approve` makes both anew.

## In other engines

Each file is plain SPARQL 1.1 and runs as it stands, with its defaults, in any engine that holds the graph. A parameter
is a line such as `VALUES ?model {{ itm:vicuna }}`: change what is in its braces.

Load the graph in a format with named graphs (TriG, N-Quads, JSON-LD), for they are the rows, the curated facts and the
rules that statements come from: `GRAPH ?row {{ ... }}` asks who says so. The default graph is the current view.
Oxigraph and Jena take it so, and rdflib in a `Dataset(default_union=False)`. In Virtuoso, GraphDB and RDF4J a query
without `GRAPH` sees all graphs together, and with them what older snapshots said and newer ones replaced, and what a
source corrects: there TÜLU is built on OPT too, as the survey says. What differs with the shipped graph:

{sensitive}

In such an engine, ask these of a store that holds the default graph alone (the Turtle export). Those of them that say
`GRAPH` need the named graphs all the same: there, mind the snapshot that the links lead to.

## The form of a file

A header in YAML, in comment lines that begin with `#+`:

| key | what |
|---|---|
| `summary` | the question, on one line |
| `description` | what the answer means, and what it leaves open |
| `tags` | the subject comes first |
| `parameters` | `name`, `type`, `default` and `help` of each |
| `columns` | `name` and `meaning` of each, in the order of the answer |
| `since` | the release that first had the query |
| `answers` | for maintainers: the numbers of the design's competency questions that it answers, whole or in part |

Then every PREFIX that is used, and a SELECT with an ORDER BY that leaves nothing open, so that the answer is always in
the same order. A thing has two columns: its IRI, and its name in `..._label`.
"""


def format_catalogue(queries: Sequence[Query]) -> str:
    """Return the catalogue as Markdown, by subject."""
    sensitive = "\n".join(f"- [`{name}`]({name}.rq)" for name in READS_CURRENT_VIEW)
    parts = [_INTRODUCTION.format(count=len(queries), sensitive=sensitive)]
    for subject, title in SUBJECTS.items():
        chosen = [query for query in queries if query.tags[0] == subject]
        if chosen:
            rows = "".join(map(_format_row, chosen))
            parts.append(f"\n## {title}\n\n| query | question | parameters |\n|---|---|---|\n{rows}")
    return "".join(parts)


def _format_row(query: Query) -> str:
    parameters = "<br>".join(map(_format_parameter, query.parameters))
    return f"| [`{query.name}`]({query.name}.rq) | {_escape(query.summary)} | {parameters} |\n"


def _format_parameter(parameter: Parameter) -> str:
    defaults = ", ".join(f"`{value}`" for value in parameter.default)
    return f"`{parameter.name}`: {_escape(parameter.help)}" + (f" ({defaults})" if defaults else "")


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")

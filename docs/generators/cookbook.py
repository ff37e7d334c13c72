"""The query cookbook: every saved question with its SPARQL, its parameters and its answer on the shipped graph."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from docs.generators.markdown import cell, code, escape, fence, prose, table

from itgraph.catalogue import SUBJECTS
from itgraph.queries import Query, get_query, load_queries, run
from itgraph.results import Table
from itgraph.store import Store

ROWS = 8
"""So many rows of an answer are shown."""

_INTRODUCTION = """\
# Query cookbook

{count} questions that are saved with itgraph, each with its SPARQL and with what it answers on the graph that is
shipped.
A question is asked by its name, from the command line, from Python and over HTTP alike:

```console
$ itgraph query teachers-of-model model=Vicuna
$ itgraph query teachers-of-model model=Vicuna --format csv
$ itgraph query teachers-of-model model=Vicuna --print
$ itgraph query --list
```

`--print` gives the SPARQL with the parameters in their places, to be changed and asked with `itgraph query -f FILE`.
A parameter that is not given has the value that stands here. Names need not be spelt exactly; where two things have
one name, write `model/NAME` or `dataset/NAME`.

In the answers, what is ours has its short name (`itm:` a model, `itd:` a dataset), and what is elsewhere is a link.
{rows} rows of each answer are shown, and long values are shortened; the commands give all.

This page and those below it are made from `queries/*.rq` and the graph (`python -m docs.make`), and a test holds them
to it.
"""


def write_cookbook(store: Store) -> Mapping[str, str]:
    """Return the pages of the cookbook, by their paths: one that lists all questions, and one for each subject."""
    queries = load_queries()
    subjects = {
        subject: [query for query in queries if query.tags[0] == subject]
        for subject in SUBJECTS
        if any(query.tags[0] == subject for query in queries)
    }
    index = [_INTRODUCTION.format(count=len(queries), rows=ROWS)]
    pages: dict[str, str] = {}
    for subject, chosen in subjects.items():
        rows = [[f"[{query.name}]({subject}.md#{query.name})", escape(query.summary)] for query in chosen]
        index.append(f"\n## {SUBJECTS[subject]}\n\n{table(('name', 'question'), rows)}")
        recipes = "".join(_recipe(query, store) for query in chosen)
        pages[f"cookbook/{subject}.md"] = f"# {SUBJECTS[subject]}\n\n[All questions](index.md)\n{recipes}"
    return {"cookbook/index.md": "".join(index), **pages}


def link_recipe(name: str) -> str:
    """Return a link to a saved question, from a page beside the folder of the cookbook.

    >>> link_recipe("teachers-of-model")
    '[teachers-of-model](cookbook/teachers.md#teachers-of-model)'
    """
    return f"[{name}](cookbook/{get_query(name).tags[0]}.md#{name})"


def _recipe(query: Query, store: Store) -> str:
    parts = [f"\n## {query.name}\n", f"**{escape(query.summary)}**\n"]
    parts += [f"{prose(paragraph)}\n" for paragraph in query.description.strip().split("\n\n") if paragraph]
    if query.parameters:
        parts.append(
            table(
                ("parameter", "what", "kind", "here"),
                [
                    [
                        code(one.name),
                        escape(one.help),
                        escape(one.type if not one.values else ", ".join(one.values)),
                        ", ".join(map(code, one.default)) or "any",
                    ]
                    for one in query.parameters
                ],
            )
        )
    sparql = re.sub(r"\A(?:#\+.*\n)+", "", query.sparql)
    parts += [fence(f"$ {_command(query)}", "console"), fence(sparql, "sparql"), _answer(run(query, store), query)]
    return "\n".join(parts)


def _command(query: Query) -> str:
    given = [f"{one.name}={value}" for one in query.parameters for value in one.default]
    return shlex.join(["itgraph", "query", query.name, *given])


def _answer(answer: Table, query: Query) -> str:
    if not answer.rows:
        return "Nothing in the shipped graph answers this.\n"
    rows: Sequence[Sequence[str]] = [[cell(term) for term in row] for row in answer.rows[:ROWS]]
    more = len(answer) - len(rows)
    left_out = f"\n… and {more:,} row{'' if more == 1 else 's'} more.\n" if more else ""
    meanings = "; ".join(f"{code(column.name)} {escape(column.meaning)}" for column in query.columns)
    return f"{table(answer.columns, rows)}{left_out}\nThe columns: {meanings}.\n"

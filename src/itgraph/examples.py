"""The saved questions as RDF, in the form of SIB's sparql-examples: editors and programs find them beside an endpoint.

A question is a ``sh:SPARQLExecutable`` with its words, its SPARQL and the endpoint that answers it (see
https://github.com/sib-swiss/sparql-examples). ``queries/examples.ttl`` has all of them, made from the ``.rq`` files; an
endpoint keeps it in the graph ``<endpoint>/.well-known/sparql-examples``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from itgraph import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from itgraph.queries import Query

FILE = "examples.ttl"
ENDPOINT = terms.BASE + "sparql"
SHACL = "http://www.w3.org/ns/shacl#"

_PREFIXES = {
    "query": terms.BASE + "queries/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": terms.RDFS,
    "schema": terms.SCHEMA,
    "sh": SHACL,
    "xsd": terms.XSD,
}
_HEADER = """\
# The saved questions in the form of https://github.com/sib-swiss/sparql-examples: see README.md.
# This file is made from the .rq files beside it; `pytest --approve` makes it anew.

"""


def format_examples(queries: Sequence[Query], endpoint: str = ENDPOINT) -> str:
    """Return the questions as Turtle, by name; ``endpoint`` is what answers them."""
    blocks = [
        _format_prefixes(),
        *(_format_example(query, endpoint) for query in sorted(queries, key=lambda query: query.name)),
    ]
    declared = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in _PREFIXES.items())
    return _HEADER + "\n".join([declared, *blocks])


def _format_prefixes() -> str:
    """Return the declarations of the prefixes of the graph; the name of their node is a part of the form."""
    declared = " ,\n".join(
        f'        [ sh:prefix "{prefix}" ; sh:namespace "{namespace}"^^xsd:anyURI ]'
        for prefix, namespace in terms.PREFIXES.items()
    )
    return f"_:sparql_examples_prefixes a owl:Ontology ;\n    sh:declare\n{declared} .\n"


def _format_example(query: Query, endpoint: str) -> str:
    # One comment of one language: more of them would be more questions to who reads them.
    comment = f"{query.summary}\n{query.description}" if query.description else query.summary
    said = [
        f"query:{query.name} a sh:SPARQLExecutable , sh:SPARQLSelectExecutable",
        f"rdfs:label {_quote(query.name)}",
        f"rdfs:comment {_quote(comment)}@en",
        "sh:prefixes _:sparql_examples_prefixes",
        f"sh:select {_quote(strip_header(query.sparql))}",
        *([f"schema:keywords {' , '.join(map(_quote, query.tags))}"] if query.tags else []),
        f"schema:target <{endpoint}>",
    ]
    return " ;\n    ".join(said) + " .\n"


def strip_header(sparql: str) -> str:
    r"""Return the SPARQL of a file without its header.

    >>> strip_header("#+ summary: All\nPREFIX x: <y>\nSELECT * { ?s ?p ?o }\n")
    'PREFIX x: <y>\nSELECT * { ?s ?p ?o }'
    """
    lines = sparql.splitlines()
    return "\n".join(line for line in lines if not line.startswith("#+")).strip("\n")


def _quote(text: str) -> str:
    if "\n" not in text:
        return '"' + re.sub(r'["\\]', r"\\\g<0>", text) + '"'
    return '"""' + re.sub(r'\\|"(?="|\Z)', r"\\\g<0>", text) + '"""'

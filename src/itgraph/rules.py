"""Inference: the rules of ``ontology/rules/``, SPARQL files run in the order of their names.

Each conclusion stands in the graph of its rule, and in the default graph, where the rules after it find it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryTriples, Store

from itgraph import terms
from itgraph.errors import QuerySyntaxError, SourceError
from itgraph.headers import parse_header
from itgraph.resources import ontology_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An inference rule: a SPARQL CONSTRUCT query and what is to be said about it.

    ``layer`` is what the rule speaks of: a graph without that layer has no use for it.
    """

    name: str
    order: int
    summary: str
    description: str
    sparql: str
    layer: str = "survey"

    @property
    def iri(self) -> NamedNode:
        """The IRI of the rule, and of the graph of its conclusions."""
        return NamedNode(f"{terms.BASE}rule/{self.name}")


def load_rules(folder: Path | None = None) -> tuple[Rule, ...]:
    """Read the rules of a folder, by default those that are shipped, in order.

    Raises:
        SourceError: a file's name or header is not that of a rule.
    """
    folder = folder or ontology_path() / "rules"
    rules = []
    for path in sorted(folder.glob("*.rq")):
        number, _, name = path.stem.partition("-")
        if not number.isdigit() or not name:
            raise SourceError(f"{path}: the file of a rule is called NUMBER-NAME.rq", path=path)
        text = path.read_text(encoding="utf-8")
        header = parse_header(text, path)
        summary, description = header.get("summary"), header.get("description")
        if not isinstance(summary, str) or not isinstance(description, str):
            raise SourceError(f"{path}: the header of a rule needs summary and description", path=path)
        rules.append(
            Rule(
                name=name,
                order=int(number),
                summary=summary.strip(),
                description=description.strip(),
                sparql=text,
                layer=str(header.get("layer", "survey")),
            )
        )
    return tuple(rules)


def apply_rules(store: Store, rules: Sequence[Rule]) -> None:
    """Run rules over a store, one after the other, and add what they conclude and what they are.

    Raises:
        QuerySyntaxError: a rule is not SPARQL.
    """
    for rule in rules:  # first what they are, for the rules conclude things about rules too
        store.extend(_describe(rule))
    for rule in rules:
        try:
            results = store.query(rule.sparql)
        except SyntaxError as error:
            raise QuerySyntaxError(f"the rule {rule.name} is not SPARQL: {error}") from error
        assert isinstance(results, QueryTriples), "a rule is a CONSTRUCT query"
        concluded = [(triple.subject, triple.predicate, triple.object) for triple in results]
        store.extend(Quad(s, p, o, graph) for s, p, o in concluded for graph in (rule.iri, DefaultGraph()))


def _describe(rule: Rule) -> Iterator[Quad]:
    yield Quad(rule.iri, NamedNode(terms.RDF_TYPE), NamedNode(terms.RULE), DefaultGraph())
    yield Quad(rule.iri, NamedNode(terms.ORDER), Literal(rule.order), DefaultGraph())
    for predicate, text in (
        (terms.RDFS_LABEL, rule.summary),
        (terms.RDFS_COMMENT, rule.description),
        (terms.SPARQL, rule.sparql),
    ):
        yield Quad(rule.iri, NamedNode(predicate), Literal(text), DefaultGraph())

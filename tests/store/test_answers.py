"""What servers answer: read strictly, and spelled as our own engine spells it."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from itgraph import terms
from itgraph.store.answers import BadAnswerError, normalize, read_bool, read_rows, read_triples

A = {"type": "uri", "value": "http://a.example/"}
IRI = NamedNode("http://a.example/")


def table(columns: list[str], *bindings: dict[str, object], **head: object) -> bytes:
    return json.dumps({"head": {"vars": columns, **head}, "results": {"bindings": bindings}}).encode()


def typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(terms.XSD + datatype))


def test_rows_in_the_order_that_was_asked_for() -> None:
    body = table(["b", "a"], {"a": A}, {"b": {"type": "literal", "value": "x", "xml:lang": "fr"}})
    assert read_rows(body, ["a", "b"]) == [(IRI, None), (None, Literal("x", language="fr"))]
    assert read_rows(table(["a"]), ["a"]) == []


def test_every_kind_of_term() -> None:
    integer = {"type": "typed-literal", "value": "1", "datatype": terms.XSD_INTEGER}
    body = table(["a"], {"a": A}, {"a": {"type": "bnode", "value": "b0"}}, {"a": integer}, {})
    assert read_rows(body, ["a"]) == [(IRI,), (BlankNode("b0"),), (Literal(1),), (None,)]


def test_variables_that_we_have_added_are_left_out() -> None:
    body = table(["itgraph_1", "a"], {"a": A, "itgraph_1": A})
    assert read_rows(body, ["a"]) == [(IRI,)]
    assert read_rows(body, ["a", "itgraph_1"]) == [(IRI, IRI)]


@pytest.mark.parametrize("columns", [[], ["b"], ["a", "b"], ["A"], ["itgraph_1"]])
def test_other_columns(columns: list[str]) -> None:
    with pytest.raises(BadAnswerError, match=f"with the columns {', '.join(columns)} instead of a"):
        read_rows(table(columns), ["a"])


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (typed("1", "boolean"), typed("true", "boolean")),
        (typed("0", "boolean"), typed("false", "boolean")),
        (typed("true", "boolean"), typed("true", "boolean")),
        (typed("maybe", "boolean"), typed("maybe", "boolean")),
        (typed("2147483648", "decimal"), typed("2147483648", "integer")),
        (typed("-2147483648", "decimal"), typed("-2147483648", "integer")),
        (typed("2147483647", "decimal"), typed("2147483647", "decimal")),
        (typed("2147483648.5", "decimal"), typed("2147483648.5", "decimal")),
        (typed("9" * 5000, "decimal"), typed("9" * 5000, "integer")),
        (typed("٣" * 12, "decimal"), typed("٣" * 12, "decimal")),
        (typed("1", "integer"), typed("1", "integer")),
        (Literal("1"), Literal("1")),
        (Literal("1", language="en"), Literal("1", language="en")),
        (IRI, IRI),
        (BlankNode("b"), BlankNode("b")),
    ],
)
def test_spellings_of_virtuoso(given: NamedNode | BlankNode | Literal, read: NamedNode | BlankNode | Literal) -> None:
    assert normalize(given) == read


def test_rows_and_triples_are_spelled_alike() -> None:
    body = table(["a"], {"a": {"type": "literal", "value": "1", "datatype": terms.XSD_BOOLEAN}})
    assert read_rows(body, ["a"]) == [(typed("true", "boolean"),)]
    line = f'<http://a.example/> <http://a.example/> "1"^^<{terms.XSD_BOOLEAN}> .\n'
    assert read_triples(line.encode()) == [Triple(IRI, IRI, typed("true", "boolean"))]
    assert read_triples(b"") == []


@pytest.mark.parametrize("said", [True, False])
def test_true_and_false(said: bool) -> None:
    assert read_bool(json.dumps({"head": {}, "boolean": said}).encode()) is said
    value = {"type": "literal", "value": str(int(said)), "datatype": terms.XSD_INTEGER}
    assert read_bool(table(["__ask_retval"], {"__ask_retval": value})) is said


def test_a_table_without_rows_or_value_says_no() -> None:
    assert read_bool(table(["__ASK_RETVAL"])) is False
    assert read_bool(table(["__ask_retval"], {})) is False


def test_rows_are_not_true_and_truth_is_no_row() -> None:
    with pytest.raises(BadAnswerError, match="rows instead of true or false"):
        read_bool(table(["a"], {"a": A}))
    with pytest.raises(BadAnswerError, match="true or false instead of rows"):
        read_rows(b'{"head": {}, "boolean": true}', ["a"])


BROKEN = {
    "nothing": b"",
    "HTML": b"<!DOCTYPE html><html><title>Login</title></html>",
    "XML": b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"/>',
    "cut in the middle": table(["a"], {"a": A})[:-9],
    "text after the end": table(["a"], {"a": A}) + b"Virtuoso 42000 Error",
    "no results": b'{"head": {"vars": ["a"]}}',
    "no head": b'{"results": {"bindings": []}, "a": 1}',
    "null": b"null",
    "a list": b"[]",
    "truth in words": b'{"head": {}, "boolean": "true"}',
    "a column that is none": table(["a"], {"b": A}),
    "a column of no name": table(["?a"], {"?a": A}),
    "an IRI that is none": table(["a"], {"a": {"type": "uri", "value": "no iri"}}),
    "a term of no type": table(["a"], {"a": {"value": "x"}}),
    "a type that is none": table(["a"], {"a": {"type": "thing", "value": "x"}}),
    "not UTF-8": b'{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "literal", "value": "\xff"}}]}}',
    "Latin-1": '{"head": {"vars": ["é"]}}'.encode("latin-1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_answers(name: str) -> None:
    with pytest.raises(BadAnswerError):
        read_rows(BROKEN[name], ["a"])
    with pytest.raises(BadAnswerError):
        read_bool(BROKEN[name])


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"<http://a.example/> <http://a.example/> 'x",
        b"<a> <b> <c> .\n",
        b"PREFIX a: <http://a.example/> a:a a:a a:a .",
        b'<http://a.example/> <http://a.example/> "\xff" .\n',
        table(["a"]),
    ],
)
def test_broken_triples(body: bytes) -> None:
    with pytest.raises(BadAnswerError, match="its answer is broken"):
        read_triples(body)

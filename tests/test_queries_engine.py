from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, RdfFormat, parse

from itgraph import terms
from itgraph.errors import (
    AmbiguousNameError,
    ParameterError,
    QueryRefusedError,
    QuerySyntaxError,
    SourceError,
    UnknownNameError,
    UnknownQueryError,
)
from itgraph.lookup import Thing, get_thing
from itgraph.queries import (
    Column,
    Parameter,
    Query,
    ask_store,
    bind,
    catalogue_table,
    get_query,
    load_queries,
    parse_parameters,
    read_query,
    run,
)
from itgraph.results import Table, Value
from itgraph.store import EmbeddedStore, projection

PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in terms.PREFIXES.items())
GRAPH = """
itm:alpaca a itg:Model ; rdfs:label "Alpaca" ; itg:baseModel itm:llama ; itg:instructionCount 52000 .
itm:vicuna a itg:Model ; rdfs:label "Vicuna" ; itg:baseModel itm:llama ;
    itg:modality <https://w3id.org/itgraph/modality/text> .
itm:llama a itg:Model ; rdfs:label "LLaMA" .
itd:alpaca a itg:Dataset ; rdfs:label "Alpaca" .
<https://w3id.org/itgraph/modality/text> a skos:Concept ; rdfs:label "Text" ;
    skos:inScheme <https://w3id.org/itgraph/scheme/modality> .
"""
CHILDREN = """\
#+ summary: Models tuned from a model
#+ description: |
#+   Directly.
#+   VALUES ?base { itm:none }
#+ tags: [lineage, models]
#+ parameters:
#+   - name: base
#+     type: model
#+     default: LLaMA
#+     help: The base model
#+ columns:
#+   model: The tuned model
#+   name: Its name
#+ since: 0.1.0
PREFIX itg: <https://w3id.org/itgraph/ontology#>
PREFIX itm: <https://w3id.org/itgraph/model/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?model ?name WHERE {
  VALUES ?base { itm:llama }
  ?model itg:baseModel ?base ; rdfs:label ?name .
} ORDER BY ?name
"""

Save = Callable[..., Path]


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return EmbeddedStore(parse(PREFIXES + GRAPH, format=RdfFormat.TURTLE))


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def save(text: str = CHILDREN, name: str = "children.rq") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return save


@pytest.fixture
def children(save: Save) -> Query:
    return read_query(save())


def make_query(body: str, *parameters: Parameter, columns: str = "x") -> Query:
    """Make a query without a file."""
    sparql = PREFIXES + body
    made = tuple(Column(name=name, meaning=name) for name in columns.split())
    return Query(name="test", summary="A test", parameters=parameters, columns=made, sparql=sparql)


def echo(type_: str, values: tuple[str, ...] = ()) -> Query:
    """Make a query that answers with its parameter."""
    parameter = Parameter(name="x", type=type_, help="It", values=values)
    return make_query("SELECT ?x { VALUES ?x { UNDEF } }", parameter)


# -- Files ---------------------------------------------------------------------------------------------------


def test_read_query(children: Query) -> None:
    assert children == Query(
        name="children",
        summary="Models tuned from a model",
        description="Directly.\nVALUES ?base { itm:none }",
        tags=("lineage", "models"),
        parameters=(Parameter(name="base", type="model", default=("LLaMA",), help="The base model"),),
        columns=(Column(name="model", meaning="The tuned model"), Column(name="name", meaning="Its name")),
        since="0.1.0",
        sparql=CHILDREN,
    )


def test_the_least_that_a_header_holds(save: Save) -> None:
    query = read_query(save("#+ summary: All\n#+ columns: [{name: s, meaning: A subject}]\nSELECT ?s { ?s ?p ?o }"))
    assert query.columns == (Column(name="s", meaning="A subject"),)
    assert (query.parameters, query.tags, query.description, query.since) == ((), (), "", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("#+ summary: Models tuned from a model\n", "", "summary must be text"),
        ("#+ summary: Models tuned from a model", "#+ summary: 5", "summary must be text"),
        (
            "#+ summary: Models tuned from a model",
            "#+ summary: |\n#+   a\n#+   b",
            "summary must be one line",
        ),
        ("#+ tags:", "#+ tag:", "the header has the unknown key tag; choose one of summary"),
        ("#+     help:", "#+     halp:", "a parameter has the unknown key halp; choose one of name"),
        ("#+     help: The base model\n", "", "a parameter: help must be text"),
        ("#+     type: model", "#+     type: animal", "base has the unknown type 'animal'; choose one of model"),
        ("#+     type: model", "#+     type: enum", "an enum needs values"),
        ("#+     help:", "#+     values: [LLaMA]\n#+     help:", "only an enum has them"),
        (
            "#+     type: model",
            "#+     type: enum\n#+     values: [a]",
            "its default is not one of its values",
        ),
        ("#+     default: LLaMA\n", "", r"no default and VALUES \?base \{ UNDEF \} go together"),
        ("{ itm:llama }", "{ UNDEF }", r"no default and VALUES \?base \{ UNDEF \} go together"),
        ("name: base", "name: Base", "'Base' must be called in snake_case"),
        ("name: base", "name: model", r"the parameter model needs a line VALUES \?model"),
        ("VALUES ?base { itm:llama }", "BIND(itm:llama AS ?base)", r"base needs a line VALUES \?base"),
        ("VALUES ?base { itm:llama }", "# VALUES ?base { itm:llama }", r"base needs a line VALUES \?base"),
        ("VALUES ?base { itm:llama }", "VALUES ?base {\n itm:llama }", r"base needs a line VALUES \?base"),
        ("VALUES ?base { itm:llama }", "VALUES (?base) { (itm:llama) }", r"base needs a line VALUES \?base"),
        ("?name .", "?name . VALUES ?base { itm:t5 }", r"the lines VALUES \?base \{ \.\.\. \} differ"),
        ("#+ parameters:", "#+ parameters: 5\n#+ tags:", "is not YAML|parameters must be a list|must be"),
        ("#+   name: Its name\n", "", "the header describes the columns model; the query has model, name"),
        ("#+   name: Its name", "#+   title: Its title", "describes the columns model, title; the query has"),
        (
            "SELECT ?model ?name",
            "SELECT ?name ?model",
            "describes the columns model, name; the query has name, model",
        ),
        ("#+   name: Its name", "#+   name: 5", "a column: meaning must be text"),
        ("#+ since: 0.1.0", "#+ since: 0.1", "since must be text"),
        ("SELECT ?model ?name WHERE", "CONSTRUCT { ?model a ?name } WHERE", "a saved query is a SELECT"),
        ("#+ ", "# ", "no header"),
        ("#+ tags: [lineage, models]", "#+ tags: [lineage", "is not YAML"),
        ("#+ tags: [lineage, models]", "#+ tags: [{a: b}]", "tags must be text"),
    ],
)
def test_what_is_wrong_with_a_file(save: Save, old: str, new: str, said: str) -> None:
    assert old in CHILDREN
    path = save(CHILDREN.replace(old, new))
    with pytest.raises(SourceError, match=said) as caught:
        read_query(path)
    assert str(path) in str(caught.value)


def test_one_parameter_twice(save: Save) -> None:
    block = CHILDREN[CHILDREN.index("#+   - name") : CHILDREN.index("#+ columns")]
    with pytest.raises(SourceError, match="two parameters have the same name"):
        read_query(save(CHILDREN.replace(block, block * 2)))


def test_a_file_that_is_no_sparql(save: Save) -> None:
    path = save(CHILDREN.replace("?base ;", "?base ,,"))
    with pytest.raises(QuerySyntaxError, match=r"children\.rq:20:\d+: it is not SPARQL") as caught:
        read_query(path)
    assert caught.value.line == 20


def test_a_file_that_asks_others(save: Save) -> None:
    with pytest.raises(QueryRefusedError):
        read_query(
            save(CHILDREN.replace("?model itg:baseModel", "SERVICE <http://a.example/> {} ?model itg:baseModel"))
        )


def test_a_file_in_another_encoding(save: Save) -> None:
    path = save()
    path.write_bytes(b"#+ summary: \xff")
    with pytest.raises(SourceError, match=r"children\.rq: the query cannot be read"):
        read_query(path)


def test_a_file_name_that_cannot_be_typed(save: Save) -> None:
    with pytest.raises(SourceError, match="lower-case words joined by hyphens"):
        read_query(save(name="My Query.rq"))


def test_catalogue(save: Save, tmp_path: Path) -> None:
    save(name="b.rq")
    save(name="a-1.rq")
    (tmp_path / "README.md").touch()
    (tmp_path / "checks").mkdir()
    save(name="checks/c.rq")
    queries = load_queries(tmp_path)
    assert [query.name for query in queries] == ["a-1", "b"]
    assert get_query("b", tmp_path) == queries[1]
    table = catalogue_table(queries)
    assert list(table[0].values()) == ["a-1", "Models tuned from a model", "lineage, models", "base"]


def test_only_the_one_file_is_read(save: Save, tmp_path: Path) -> None:
    save()
    save("broken", name="broken.rq")
    assert get_query("children", tmp_path).name == "children"
    with pytest.raises(SourceError, match="broken"):
        load_queries(tmp_path)


@pytest.mark.parametrize(
    "name", ["child", "children.rq", "../children", "checks/children", "", "Children", "a\0b", "/etc/x"]
)
def test_unknown_queries(save: Save, tmp_path: Path, name: str) -> None:
    save()
    (tmp_path / "checks").mkdir()
    save(name="checks/children.rq")
    with pytest.raises(UnknownQueryError) as caught:
        get_query(name, tmp_path)
    assert set(caught.value.suggestions) <= {"children"}
    assert name != "child" or caught.value.suggestions == ("children",)


# -- Asking --------------------------------------------------------------------------------------------------


def names(table: Table) -> list[Value | None]:
    return table.column("name")


def test_run_with_the_defaults(children: Query, store: EmbeddedStore) -> None:
    table = run(children, store)
    assert names(table) == ["Alpaca", "Vicuna"]
    assert table.summary == "Models tuned from a model"
    assert table.column_help == {"model": "The tuned model", "name": "Its name"}
    assert bind(children, {}, store) == CHILDREN


@pytest.mark.parametrize(
    "value",
    [
        "LLaMA",
        "llama",
        "itm:llama",
        "<https://w3id.org/itgraph/model/llama>",
        "model/llama",
        ["LLaMA", "itm:llama"],
    ],
)
def test_run_with_a_value(children: Query, store: EmbeddedStore, value: str | list[str]) -> None:
    assert names(run(children, store, {"base": value})) == ["Alpaca", "Vicuna"]
    assert names(run(children, store, {"base": "Alpaca"})) == []


def test_a_thing_is_a_value(children: Query, store: EmbeddedStore) -> None:
    thing: Thing = get_thing(store, "LLaMA")
    assert len(run(children, store, {"base": thing})) == 2


def test_several_values_are_alternatives(store: EmbeddedStore) -> None:
    parameter = Parameter(name="m", type="model", default=("Alpaca",), help="Models")
    query = make_query("SELECT ?x { VALUES ?m { itm:alpaca } ?m rdfs:label ?x } ORDER BY ?x", parameter)
    assert run(query, store).column("x") == ["Alpaca"]
    assert run(query, store, {"m": ["Vicuna", "Alpaca", "vicuna"]}).column("x") == ["Alpaca", "Vicuna"]
    assert "{ <https://w3id.org/itgraph/model/vicuna> <https://w3id.org/itgraph/model/alpaca> }" in bind(
        query, {"m": ["Vicuna", "Alpaca", "vicuna"]}, store
    )
    with pytest.raises(ParameterError, match="test, parameter 'm': no value is given"):
        bind(query, {"m": []}, store)


def test_binding_changes_the_braces_and_nothing_else(children: Query, store: EmbeddedStore) -> None:
    bound = bind(children, {"base": "Alpaca"}, store)
    assert bound == CHILDREN.replace(
        "VALUES ?base { itm:llama }", "VALUES ?base { <https://w3id.org/itgraph/model/alpaca> }"
    )
    assert "#+   VALUES ?base { itm:none }" in bound


BYSTANDERS = """
  # VALUES ?x { "comment" }
  BIND("VALUES ?x { 1 }" AS ?a)  BIND('VALUES ?x { 2 }' AS ?b)  BIND("a \\" VALUES ?x { 3 }" AS ?c)
  BIND('''it's " VALUES ?x { 4 } ''' AS ?d)  BIND(\"\"\"say ""VALUES ?x { 5 }\"\" \"\"\" AS ?e)
  OPTIONAL { ?s <http://a.example/#VALUES?x> ?x2 . VALUES ?x2 { "not this" } }
  OPTIONAL { VALUES (?x ?y) { (1 2) } }
  OPTIONAL { VALUES ?xx { 6 } VALUES ?X { 7 } }
"""


def test_bystanders_are_not_touched(store: EmbeddedStore) -> None:
    parameter = Parameter(name="x", type="string", default=("}",), help="It")
    block = 'values $x{"}" "# {" \'"\'}'
    query = make_query(f"SELECT ?x {{ {block} {BYSTANDERS} }} # VALUES ?x {{ 0 }}", parameter)
    assert projection(query.sparql) == ("x",)
    bound = bind(query, {"x": "new"}, store)
    assert bound == query.sparql.replace(block, 'VALUES ?x { "new" }')


def test_a_parameter_in_two_places_is_set_in_both(save: Save, store: EmbeddedStore) -> None:
    text = CHILDREN.replace("?name .", "?name .\n  { SELECT ?base { VALUES ?base { itm:llama } } }")
    query = read_query(save(text))
    assert len(run(query, store)) == 2
    bound = bind(query, {"base": "Vicuna"}, store)
    assert bound.count("{ <https://w3id.org/itgraph/model/vicuna> }") == 2


@pytest.mark.parametrize(
    ("type_", "value", "term"),
    [
        ("string", "a", Literal("a")),
        ("string", "", Literal("")),
        ("string", "52000", Literal("52000")),
        ("integer", "52000", Literal(52000)),
        ("integer", 7, Literal(7)),
        ("integer", " -7 ", Literal(-7)),
    ],
)
def test_literals(store: EmbeddedStore, type_: str, value: str | int, term: Literal) -> None:
    assert run(echo(type_), store, {"x": value}).rows == ((term,),)


@pytest.mark.parametrize("value", ["many", "", "1.5", "1_000", "１", "9" * 40, "0x1", "1 } SERVICE", True])
def test_what_is_no_integer(store: EmbeddedStore, value: str) -> None:
    with pytest.raises(ParameterError, match=r"test, parameter 'x': expected an integer, not '"):
        bind(echo("integer"), {"x": value}, store)


def test_enums(store: EmbeddedStore) -> None:
    query = echo("enum", ("error", "warning"))
    assert run(query, store, {"x": "error"}).rows == ((Literal("error"),),)
    with pytest.raises(ParameterError, match="'Error' is not one of error, warning"):
        bind(query, {"x": "Error"}, store)


@pytest.mark.parametrize(
    ("type_", "value", "iri"),
    [
        ("model", "Alpaca", terms.BASE + "model/alpaca"),
        ("dataset", "Alpaca", terms.BASE + "dataset/alpaca"),
        ("thing", "Vicuna", terms.BASE + "model/vicuna"),
        ("concept:modality", "text", terms.BASE + "modality/text"),
        ("iri", "itm:alpaca", terms.BASE + "model/alpaca"),
        ("iri", "itg:baseModel", terms.BASE_MODEL),
        ("iri", "https://example.org/not/ours", "https://example.org/not/ours"),
    ],
)
def test_things(store: EmbeddedStore, type_: str, value: str, iri: str) -> None:
    assert run(echo(type_), store, {"x": value}).column("x") == [iri]


@pytest.mark.parametrize(
    ("type_", "value", "error"),
    [
        ("thing", "Alpaca", AmbiguousNameError),
        ("model", "Alpacca", UnknownNameError),
        ("model", "itd:alpaca", UnknownNameError),
        ("model", "https://w3id.org/itgraph/model/none", UnknownNameError),
        ("concept:modality", "Alpaca", UnknownNameError),
        ("iri", "itm:none", UnknownNameError),
        ("iri", "Alpaca", ParameterError),
        ("iri", "itm:a> } #", ParameterError),
        ("string", "\ud800", ParameterError),
        ("iri", "\ud800", ParameterError),
        ("model", "\ud800", UnknownNameError),
    ],
)
def test_values_that_do_not_fit(store: EmbeddedStore, type_: str, value: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        bind(echo(type_), {"x": value}, store)


def test_unknown_parameters_name_the_known(children: Query, store: EmbeddedStore) -> None:
    with pytest.raises(ParameterError, match="parameter 'model': there is no such parameter; choose one of base"):
        bind(children, {"model": "Alpaca"}, store)
    with pytest.raises(ParameterError, match="the query has none"):
        bind(make_query("SELECT ?x { ?x a itg:Model }"), {"x": "Alpaca"}, store)


HOSTILE = [
    '" } SERVICE <http://a.example/> { ?s ?p "',
    "\\",
    '\\" } #',
    "\\u0022 } SERVICE <http://a.example/> { ?s ?p \\u0022",
    "\\\\u0022 } #",
    "\n} LIMIT 0 #",
    "\r#",
    "?x",
    "UNDEF",
    "itm:alpaca",
    "<http://a.example/>",
    "VALUES ?x { 1 }",
    "\\g<0>\\1{0}%s",
    "'''\"\"\"",
    "\x00\x1b\u2028\u202e",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_a_string(store: EmbeddedStore, text: str) -> None:
    assert run(echo("string"), store, {"x": text}).rows == ((Literal(text),),)
    assert run(echo("string"), store, {"x": [text, "b"]}).rows == ((Literal(text),), (Literal("b"),))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_no_name(store: EmbeddedStore, text: str) -> None:
    if text != "itm:alpaca":
        with pytest.raises(UnknownNameError):
            bind(echo("model"), {"x": text}, store)


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    query, store = echo("string"), EmbeddedStore()
    assert run(query, store, {"x": text}).rows == ((Literal(text),),)
    assert len(re.findall(r"[\n\r]", bind(query, {"x": text}, store))) == query.sparql.count("\n")


@given(st.text())
def test_any_text_is_bound_or_refused(text: str) -> None:
    store = EmbeddedStore(parse(PREFIXES + GRAPH, format=RdfFormat.TURTLE))
    for type_ in ("model", "iri", "integer", "concept:modality"):
        try:
            bound = bind(echo(type_), {"x": text}, store)
        except (ParameterError, UnknownNameError):
            continue
        assert projection(bound) == ("x",)


# -- The command line's side ---------------------------------------------------------------------------------


def test_parse_parameters(children: Query) -> None:
    assert parse_parameters(children, ["base=LLaMA", "base=a=b", "base="]) == {"base": ["LLaMA", "a=b", ""]}
    assert parse_parameters(children, []) == {}
    with pytest.raises(ParameterError, match="expected name=value, such as base=LLaMA"):
        parse_parameters(children, ["LLaMA"])
    with pytest.raises(ParameterError, match="there is no such parameter; choose one of base"):
        parse_parameters(children, ["model=LLaMA"])


def test_ask_store_takes_every_form(store: EmbeddedStore) -> None:
    table = ask_store(store, "SELECT ?m { ?m a itg:Model } ORDER BY ?m")
    assert isinstance(table, Table)
    assert len(table) == 3
    assert ask_store(store, "ASK { itm:alpaca itg:baseModel itm:llama }") is True
    triples = ask_store(store, "CONSTRUCT { ?b itg:child ?m } { ?m itg:baseModel ?b }")
    assert isinstance(triples, list)
    assert len(triples) == 2
    with pytest.raises(QuerySyntaxError, match=r"^mine\.rq:1:"):
        ask_store(store, "SELECT", source="mine.rq")
    with pytest.raises(QueryRefusedError):
        ask_store(store, "SELECT ?s { SERVICE <http://a.example/> { ?s ?p ?o } }")
    with pytest.raises(QueryRefusedError):
        ask_store(store, "LOAD <http://a.example/>")

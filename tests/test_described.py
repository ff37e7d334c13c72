"""What describes the data: Croissant, Data Package, VoID, the saved questions as RDF, CITATION.cff, the redirects."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import rdflib
import yaml
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

import itgraph
from itgraph import cli, terms
from itgraph.errors import ExportError
from itgraph.examples import ENDPOINT, FILE, SHACL, format_examples, strip_header
from itgraph.export import FORMATS, columns, export, focus_on, format_quads, imprint
from itgraph.export.columns import KEYS, REFERENCES, TABLES
from itgraph.export.schema import read_schemas
from itgraph.export.tables import DataTable, make_tables
from itgraph.export.void import DUMPS, LINKED, ORIGIN, SPDX, VOID, describe_graph, find_example
from itgraph.queries import load_queries, run
from itgraph.resources import queries_path
from itgraph.server.messages import Request
from itgraph.server.site import Site, respond
from itgraph.store import EmbeddedStore

ROOT = Path(__file__).resolve().parents[1]
VOCABULARIES = ROOT.parent / "shared" / "vocab"
FOREIGN = [Quad(NamedNode("http://a.org/x"), NamedNode("http://a.org/p"), Literal("<b>\u202e"), DefaultGraph())]


@pytest.fixture(scope="module")
def tables(shipped_quads: list[Quad]) -> dict[str, DataTable]:
    return make_tables(shipped_quads)


@pytest.fixture(scope="module")
def part(shipped_quads: list[Quad]) -> list[Quad]:
    return focus_on(shipped_quads, terms.BASE + "model/radiology-gpt")


@pytest.fixture(scope="module")
def folders(part: list[Quad], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("part")
    for format in ("csv", "parquet"):
        export(part, format, folder / format)
    return {format: folder / format for format in ("csv", "parquet")}


def values_of(table: DataTable, *names: str) -> list[tuple[object, ...]]:
    places = [[column for column, _ in table.columns].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in table.rows]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))


# -- What tables look like ---------------------------------------------------------------------------------------------


def test_each_table_and_each_column_is_explained_and_nothing_else(tables: dict[str, DataTable]) -> None:
    assert list(TABLES) == list(tables)
    found = {(name, column) for name, table in tables.items() for column, _ in table.columns}
    for name, column in found:
        assert columns.meaning(name, column)[0].isupper()
    assert set(columns._MEANINGS) == {column for _, column in found}
    assert set(columns._MEANINGS_IN) | columns._SINGLE_IN | set(REFERENCES) | set(REFERENCES.values()) <= found
    assert {column for _, column in found} >= columns._LISTS
    assert {(name, column) for name, key in KEYS.items() for column in key} <= found


def test_what_is_said_to_be_joined_may_be_and_what_is_not_is_not(tables: dict[str, DataTable]) -> None:
    for name, table in tables.items():
        for column, type_ in table.columns:
            is_list = columns.SEVERAL in columns.meaning(name, column)
            addresses = [str(value) for (value,) in values_of(table, column) if str(value).startswith("http")]
            if not is_list and type_ is str and name != "quads":
                assert not [value for value in addresses if "; http" in value], (name, column)


def test_keys_and_references_hold_in_the_shipped_graph(tables: dict[str, DataTable]) -> None:
    schemas = {schema.name: schema for schema in read_schemas(tables)}
    assert {name: schema.key for name, schema in schemas.items() if schema.key} == dict(KEYS)
    references = {
        (name, field.name): field.reference
        for name, schema in schemas.items()
        for field in schema.fields
        if field.reference is not None
    }
    assert references == dict(REFERENCES)
    types = {(name, field.name): field.type for name, schema in schemas.items() for field in schema.fields}
    assert {types[name, "iri"] for name in TABLES if name not in {"edges", "quads"}} == {"address"}
    assert types["snapshots", "date"] == "date"
    assert types["models", "parameter_count"] == "integer"
    assert types["models", "self_built"] == "boolean"
    assert types["models", "label"] == types["models", "same_as"] == "text"


def table(*rows: tuple[Any, ...], names: tuple[str, ...] = ("iri", "label")) -> DataTable:
    return DataTable(columns=tuple((name, str) for name in names), rows=rows)


def test_what_does_not_hold_is_not_said() -> None:
    one, other = "https://a.org/1", "https://a.org/2"
    twice = {"snapshots": table((one, "2024-10-15"), (one, "2024-13-15"))}
    (schema,) = read_schemas(twice)
    assert (schema.key, [field.type for field in schema.fields]) == ((), ["address", "text"])
    unnamed = {"snapshots": table((None, "javascript:alert(1)"))}
    (schema,) = read_schemas(unnamed)
    assert (schema.key, [field.type for field in schema.fields]) == ((), ["text", "text"])
    joined = {"snapshots": table((f"{one}; {other}", None))}
    (schema,) = read_schemas(joined)
    assert [field.type for field in schema.fields] == ["text", "text"]
    names = ("iri", "snapshot")
    for target, expected in ((one, ("snapshots", "iri")), (other, None), (None, ("snapshots", "iri"))):
        found = read_schemas({"snapshots": table((one, "x")), "rows": table((other, target), names=names)})
        assert found[1].fields[1].reference == expected
    (_, rows) = read_schemas({"snapshots": twice["snapshots"], "rows": table((other, one), names=names)})
    assert rows.fields[1].reference is None


def hostile() -> list[Quad]:
    """A graph of a snapshot with several values of each kind, none of them as it should be."""
    snapshot, type_, model = (NamedNode(terms.BASE + "snapshot/x"), NamedNode(terms.RDF_TYPE), NamedNode("urn:x"))
    return [
        Quad(snapshot, type_, NamedNode(terms.SNAPSHOT)),
        Quad(BlankNode("q"), type_, NamedNode(terms.SNAPSHOT)),
        *(Quad(snapshot, NamedNode(terms.RDFS_LABEL), Literal(text)) for text in ('</script><b>\u202e\n"x', "b", "c")),
        *(Quad(snapshot, NamedNode(terms.REPOSITORY), Literal(text)) for text in ("javascript:f()", "https://a.org/x")),
        *(Quad(NamedNode(f"urn:{name}"), type_, NamedNode("urn:C")) for name in "zyxwv"),
        Quad(model, type_, NamedNode(terms.MODEL)),
        Quad(
            model,
            NamedNode(terms.PARAMETER_COUNT),
            Literal("9" * 30, datatype=NamedNode(terms.XSD_INTEGER)),
        ),
    ]


def test_the_same_graph_in_another_order_gives_the_same_bytes() -> None:
    for format in ("void", "csv"):
        found = set()
        for seed in range(8):
            quads = hostile()
            random.Random(seed).shuffle(quads)  # noqa: S311 - another order, no secret
            found.add(format_quads(quads, format))
        assert len(found) == 1, format


def test_what_is_no_address_is_no_link(tmp_path: Path) -> None:
    export(hostile(), "csv", tmp_path / "csv")
    described = json.loads((tmp_path / "csv" / "croissant.json").read_text(encoding="utf-8"))
    assert [source.get("url") for source in described["prov:wasDerivedFrom"]] == [None, None]
    assert described["prov:wasDerivedFrom"][1]["name"] == '</script><b>\u202e\n"x'
    assert json.loads((tmp_path / "csv" / "datapackage.json").read_text(encoding="utf-8"))["sources"] == []
    set(parse((tmp_path / "csv" / "croissant.json").read_bytes(), format=RdfFormat.JSON_LD, base_iri="http://a.org/"))


# -- Croissant ---------------------------------------------------------------------------------------------------------

# What pandas, by which mlcroissant reads CSV, takes for no value or for a number.
NO_VALUES = {"", "NA", "N/A", "n/a", "nan", "NaN", "None", "null", "NULL", "<NA>", "#N/A"}
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def is_same(value: Any, cell: str) -> bool:
    """Say whether a value that was read is what the cell of a CSV file says."""
    if value is None:
        return cell in NO_VALUES
    if isinstance(value, bytes):
        text = value.decode()
        return text == cell or bool(NUMBER.fullmatch(cell) and float(text) == float(cell))
    if isinstance(value, bool):
        return cell == str(value).lower()
    return cell == (str(value) if isinstance(value, int) else value.date().isoformat())


def read_records(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Read record sets as a user of Croissant would; the names of fields are the columns."""
    croissant = pytest.importorskip("mlcroissant")
    dataset = croissant.Dataset(jsonld=folder / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    assert {record_set.uuid for record_set in dataset.metadata.record_sets} == set(TABLES)
    for name in names:
        records = [
            {name.partition("/")[2]: value for name, value in record.items()} for record in dataset.records(name)
        ]
        yield name, records


def check_records(folder: Path, tables: Mapping[str, DataTable]) -> None:
    read = dict(read_records(folder, tables))
    for name, table in tables.items():
        names = [column for column, _ in table.columns]
        if folder.name == "csv":
            rows = rows_of((folder / f"{name}.csv").read_bytes())
            assert len(rows) == len(table.rows)
            for record, row in zip(read[name], rows, strict=True):
                assert list(record) == names
                assert all(is_same(record[column], row[column]) for column in names), (name, row)
        else:
            found = [tuple(map(plain, record.values())) for record in read[name]]
            assert found == [tuple(row) for row in table.rows], name


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    return value if value is None or isinstance(value, bool | int) else value.date().isoformat()


@pytest.mark.filterwarnings("ignore::Warning")
@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_croissant_reads_each_record_of_a_part(folders: dict[str, Path], part: list[Quad], format: str) -> None:
    check_records(folders[format], make_tables(part))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::Warning")
@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_croissant_reads_each_record_of_the_shipped_graph(
    shipped_quads: list[Quad], tables: dict[str, DataTable], tmp_path: Path, format: str
) -> None:
    export(shipped_quads, format, tmp_path / format)
    # To read all statements so takes a minute and shows nothing that those of a part do not.
    check_records(tmp_path / format, {name: table for name, table in tables.items() if name != "quads"})


@pytest.mark.filterwarnings("ignore::Warning")
def test_croissant_finds_a_file_that_was_changed(folders: dict[str, Path], tmp_path: Path) -> None:
    croissant = pytest.importorskip("mlcroissant")
    for path in folders["csv"].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "models.csv").open("a") as file:
        file.write("\n")
    dataset = croissant.Dataset(jsonld=tmp_path / "croissant.json")
    with pytest.raises(Exception, match=r"operation Download\(models\.csv\)"):
        list(dataset.records("models"))


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_croissant_is_true_of_the_files(folders: dict[str, Path], format: str) -> None:
    folder = folders[format]
    described = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    assert described["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    files = {file["contentUrl"]: file for file in described["distribution"]}
    assert set(files) == {path.name for path in folder.iterdir()} - {"croissant.json", "datapackage.json"}
    for name, file in files.items():
        content = (folder / name).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["contentSize"] == f"{len(content)} B"
        assert FORMATS[format].media_type in file["encodingFormat"]
    assert (folder / "datapackage.json").exists() == (format == "csv")


def test_croissant_says_what_is_known_of_ours_and_nothing_of_others(folders: dict[str, Path], tmp_path: Path) -> None:
    ours = json.loads((folders["csv"] / "croissant.json").read_text(encoding="utf-8"))
    assert (ours["version"], ours["license"]) == (itgraph.__version__, "https://spdx.org/licenses/Apache-2.0")
    assert {"2023-09-05", "2024-10-15"} <= {source["dateModified"] for source in ours["prov:wasDerivedFrom"]}
    assert "arXiv:2308.10792" in ours["citeAs"]
    export(FOREIGN, "csv", tmp_path / "csv")
    others = (tmp_path / "csv" / "croissant.json").read_text(encoding="utf-8")
    assert set(json.loads(others)) == {
        *("@context", "@type", "conformsTo", "name", "description", "distribution", "recordSet"),
    }
    for name in ("croissant.json", "datapackage.json"):
        text = (tmp_path / "csv" / name).read_text(encoding="utf-8")
        assert not re.search(r"apache|contributors|2308\.10792", text), name


@pytest.mark.skipif(not VOCABULARIES.is_dir(), reason="the copies of the published vocabularies are not here")
def test_croissant_uses_only_terms_that_its_vocabularies_declare(folders: dict[str, Path]) -> None:
    homes = {
        "http://mlcommons.org/croissant/RAI/": ("croissant_rai.ttl",),
        "http://mlcommons.org/croissant/": ("croissant.ttl",),
        "http://www.w3.org/ns/prov#": ("prov-o.ttl",),
        terms.DCTERMS: ("dcterms-mod.ttl",),
        terms.SCHEMA: ("schema-extract.ttl", "schema-extract-pending.ttl"),
    }
    declared = {}
    for home, files in homes.items():
        graph = rdflib.Graph()
        for file in files:
            graph.parse(VOCABULARIES / file)
        declared[home] = {str(subject).replace("http://schema.org/", terms.SCHEMA) for subject in graph.subjects()}
    used = set()
    for folder in folders.values():
        for quad in parse(
            (folder / "croissant.json").read_bytes(), format=RdfFormat.JSON_LD, base_iri="http://a.org/croissant.json"
        ):
            used.add(quad.predicate.value)
            if quad.predicate.value in (terms.RDF_TYPE, "http://mlcommons.org/croissant/dataType"):
                assert isinstance(quad.object, NamedNode)
                used.add(quad.object.value)
    used.remove(terms.RDF_TYPE)
    assert len(used) > 40
    # An extract of schema.org lacks some of its terms, which are given with the page that declares each.
    lacking = set()
    for term in sorted(used):
        home = next(home for home in homes if term.startswith(home))
        if term not in declared[home]:
            lacking.add(term)
    assert lacking <= {terms.SCHEMA + name for name in NOT_IN_THE_EXTRACT}, lacking


# Of https://schema.org/version/latest/schemaorg-current-https.ttl, but not in the extract.
NOT_IN_THE_EXTRACT = {"contentSize", "sha256", "Text", "URL", "Date", "Integer", "Boolean"}


# -- Data Package ------------------------------------------------------------------------------------------------------


def test_the_data_package_is_true_of_the_files(folders: dict[str, Path]) -> None:
    folder = folders["csv"]
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert (package["name"], package["version"]) == ("itgraph", itgraph.__version__)
    rows_by_resource = {}
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        rows = rows_of(content)
        rows_by_resource[resource["name"]] = rows
        for field in resource["schema"]["fields"]:
            check = {
                "integer": re.compile(r"-?[0-9]+"),
                "boolean": re.compile("true|false"),
                "date": re.compile(r"\d{4}-\d\d-\d\d"),
                "string": re.compile(r"https?://\S+" if field.get("format") == "uri" else "(?s).+"),
            }[field["type"]]
            assert all(check.fullmatch(row[field["name"]]) for row in rows if row[field["name"]]), field
        header = content.decode().partition("\n")[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        if "primaryKey" in resource["schema"]:
            keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows]
            assert len(set(keys)) == len(keys)
            assert not any("" in key for key in keys)
    assert set(rows_by_resource) == set(TABLES)
    led = 0
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", ()):
            (column,), (target,) = key["fields"], key["reference"]["fields"]
            there = {row[target] for row in rows_by_resource[key["reference"]["resource"]]}
            assert {row[column] for row in rows_by_resource[resource["name"]]} - {""} <= there
            led += 1
    assert led >= 3


# -- VoID --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def void(shipped_quads: list[Quad]) -> bytes:
    return format_quads(shipped_quads, "void")


@pytest.fixture(scope="module")
def site(shipped_quads: list[Quad]) -> Site:
    return Site(store=EmbeddedStore(shipped_quads))


def test_void_of_an_export_is_that_of_a_server_and_says_what_bytes_there_are(void: bytes, site: Site) -> None:
    exported = set(parse(void, format=RdfFormat.TURTLE))
    answer = respond(site, Request(path="/.well-known/void", query="format=ttl", origin=ORIGIN))
    served = set(parse(answer.body, format=RdfFormat.TURTLE))
    assert served < exported
    of_bytes = {quad.predicate.value for quad in exported - served}
    assert of_bytes == {
        terms.RDF_TYPE,
        terms.DCAT + "byteSize",
        *(SPDX + name for name in ("checksum", "algorithm", "checksumValue")),
    }
    sums = {
        quad.subject.value: quad.object.value
        for quad in exported
        if quad.predicate.value == SPDX + "checksumValue"
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
    }
    assert len(sums) == len(DUMPS)
    for name in DUMPS:
        body = respond(site, Request(path=f"/download/itgraph.{name}")).body
        assert sums[f"{ORIGIN}/.well-known/void#{name}-checksum"] == hashlib.sha256(body).hexdigest()
        assert f'dcat:byteSize "{len(body)}"^^xsd:nonNegativeInteger'.encode() in void


def test_the_counts_of_void_are_those_of_the_graph(void: bytes, shipped_store: Store) -> None:
    described = Store()
    described.load(void, format=RdfFormat.TURTLE)

    def said(pattern: str) -> dict[str, int]:
        found: Any = described.query(
            f"PREFIX void: <{VOID}> PREFIX dcterms: <{terms.DCTERMS}> SELECT ?of ?n WHERE {{ {pattern} }}"
        )
        return {row["of"].value: int(row["n"].value) for row in found}

    def counted(query: str) -> dict[str, int]:
        found: Any = shipped_store.query(query)
        return {row["of"].value: int(row["n"].value) for row in found}

    classes = counted("SELECT ?of (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?of } GROUP BY ?of")
    assert said("?part void:class ?of ; void:entities ?n") == classes
    properties = counted("SELECT ?of (COUNT(*) AS ?n) WHERE { ?s ?of ?o } GROUP BY ?of")
    assert said("?part void:property ?of ; void:triples ?n") == properties
    triples = said("?of void:triples ?n FILTER(CONTAINS(STR(?of), '#'))")
    assert triples[f"{ORIGIN}/.well-known/void#dataset"] == len(shipped_store)
    assert triples[f"{ORIGIN}/sparql#default-graph"] == sum(properties.values())
    links = {}
    for linked in LINKED:
        (links[linked.space],) = counted(
            f"SELECT (<{linked.property}> AS ?of) (COUNT(*) AS ?n) WHERE {{ ?s <{linked.property}> ?o"
            f" FILTER(REGEX(STR(?o), '^{re.escape(linked.space)}')) }}".replace("\\", "\\\\")
        ).values()
    found: Any = described.query(
        f"PREFIX void: <{VOID}> SELECT ?space ?n ?p WHERE {{ ?links a void:Linkset ; void:triples ?n ;"
        " void:subjectsTarget ?ours ; void:linkPredicate ?p ; void:objectsTarget/void:uriSpace ?space ."
        " ?ours void:subset ?links }"
    )
    assert {row["space"].value: int(row["n"].value) for row in found} == links
    assert all(links.values())
    assert len(links) == 5


def test_the_example_of_a_graph_has_an_address() -> None:
    nameless, other = BlankNode(), NamedNode("http://x.example/b")
    upstream = Quad(other, NamedNode(terms.UPSTREAM), nameless, DefaultGraph())
    model = NamedNode(terms.MODEL)
    is_model = [Quad(term, NamedNode(terms.RDF_TYPE), model, DefaultGraph()) for term in (nameless, other)]
    store = EmbeddedStore([upstream, is_model[0]])
    assert find_example(store) == ""
    assert describe_graph(store)
    assert find_example(EmbeddedStore([upstream, *is_model])) == other.value


def test_void_is_of_a_whole_graph_of_ours(part: list[Quad], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="void: is of the whole graph; leave the focus out"):
        format_quads(part, "void", focus=terms.BASE + "model/radiology-gpt")
    for quads in (FOREIGN, []):
        with pytest.raises(ExportError, match="where this graph is served is not known"):
            export(quads, "void", tmp_path / "void.ttl")
    assert not (tmp_path / "void.ttl").exists()


def test_void_by_the_command_line(tmp_path: Path, void: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "void.ttl"
    assert cli.main(["export", "--format", "void", "-o", str(path)]) == 0
    assert path.read_bytes() == void
    assert cli.main(["export", "--format", "void", "--focus", "Alpaca", "--kind", "model", "-o", str(path)]) == 3
    assert "leave the focus out" in capsys.readouterr().err


@pytest.mark.skipif(not VOCABULARIES.is_dir(), reason="the copies of the published vocabularies are not here")
def test_void_uses_only_terms_that_its_vocabularies_declare(void: bytes) -> None:
    homes = {VOID: "void.ttl", terms.DCAT: "dcat3.ttl", terms.DCTERMS: "dcterms-mod.ttl"}
    used = {quad.predicate.value for quad in parse(void, format=RdfFormat.TURTLE)}
    for home, file in homes.items():
        declared = {str(subject) for subject in rdflib.Graph().parse(VOCABULARIES / file).subjects()}
        ours = {term for term in used if term.startswith(home)}
        assert ours
        assert ours <= declared


# -- The saved questions -----------------------------------------------------------------------------------------------


def test_the_examples_are_up_to_date(request: pytest.FixtureRequest) -> None:
    path = queries_path() / FILE
    text = format_examples(load_queries())
    if request.config.getoption("--approve"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def read_examples() -> dict[str, dict[str, list[str]]]:
    """Return what is said of each example, by the property."""
    said: dict[str, dict[str, list[str]]] = {}
    for quad in parse((queries_path() / FILE).read_bytes(), format=RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode):
            value = quad.object.value if isinstance(quad.object, NamedNode | Literal) else "_"
            said.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(value)
    return said


def test_an_example_is_a_question_with_its_endpoint() -> None:
    examples = read_examples()
    queries = {f"{terms.BASE}queries/{query.name}": query for query in load_queries()}
    assert set(examples) == set(queries)
    for iri, said in examples.items():
        assert set(said[terms.RDF_TYPE]) == {SHACL + "SPARQLExecutable", SHACL + "SPARQLSelectExecutable"}
        assert said[terms.RDFS_COMMENT][0].startswith(queries[iri].summary)
        assert said[terms.SCHEMA + "target"] == [ENDPOINT]
        assert tuple(said[terms.SCHEMA + "keywords"]) == queries[iri].tags
        assert said[SHACL + "prefixes"] == ["_"]
        assert "#+" not in said[SHACL + "select"][0]
    declared = {
        quad.object.value
        for quad in parse((queries_path() / FILE).read_bytes(), format=RdfFormat.TURTLE)
        if quad.predicate.value == SHACL + "namespace" and isinstance(quad.object, Literal)
    }
    assert declared == set(terms.PREFIXES.values())


def test_the_query_for_examples_that_programs_ask_finds_all_of_them() -> None:
    store = Store()
    store.load((queries_path() / FILE).read_bytes(), format=RdfFormat.TURTLE)
    found: Any = store.query(
        f"PREFIX sh: <{SHACL}> PREFIX rdfs: <{terms.RDFS}> SELECT DISTINCT ?sq ?comment ?query WHERE {{"
        " ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?query } ORDER BY ?sq"
    )
    assert len(list(found)) == len(load_queries())


@pytest.mark.slow
def test_an_example_has_the_rows_of_the_saved_question(site: Site) -> None:
    examples = read_examples()
    for query in load_queries():
        text = examples[f"{terms.BASE}queries/{query.name}"][SHACL + "select"][0]
        assert site.store.select(text).rows == run(query, site.store).rows, query.name


def test_quotes_and_escapes_in_an_example_come_back() -> None:
    (query, *_) = load_queries()
    from dataclasses import replace

    sparql = '#+ summary: x\nSELECT ?x WHERE {\n  BIND("""a"b\\\\""" AS ?x) # ends in "\n}\n\n#"'
    hostile = replace(
        query, summary='He said "no" \\ </script>', description='two\nlines "', tags=('"',), sparql=sparql
    )
    quads = parse(format_examples([hostile]).encode(), format=RdfFormat.TURTLE)
    values = {quad.predicate.value: quad.object.value for quad in quads if isinstance(quad.object, Literal)}
    assert values[SHACL + "select"] == strip_header(sparql) == sparql.partition("\n")[2]
    assert values[terms.RDFS_COMMENT] == f"{hostile.summary}\n{hostile.description}"
    assert values[terms.SCHEMA + "keywords"] == '"'


# -- CITATION.cff, and what else says the same -------------------------------------------------------------------------


def citation() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return read


def test_the_citation_file_is_one_of_version_1_2_0() -> None:
    """Hold it against what https://github.com/citation-file-format/citation-file-format says of version 1.2.0."""
    cff = citation()
    assert {"authors", "cff-version", "message", "title"} <= set(cff)
    assert set(cff) <= {
        *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords"),
        *("license", "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact"),
        *("repository-code", "title", "type", "url", "version"),
    }
    assert (cff["cff-version"], cff["type"], cff["license"]) == ("1.2.0", "software", "Apache-2.0")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", cff["date-released"])
    assert len(set(cff["keywords"])) == len(cff["keywords"])
    (survey,) = cff["references"]
    assert {"authors", "title", "type"} <= set(survey)
    assert survey["type"] == "article"
    for author in (*cff["authors"], *survey["authors"]):
        assert set(author) in ({"name"}, {"family-names", "given-names"})
        assert all(isinstance(part, str) and part for part in author.values())
    for identifier in survey["identifiers"]:
        assert identifier["type"] in {"doi", "url", "swh", "other"}
        assert set(identifier) <= {"type", "value", "description"}
    assert isinstance(survey["year"], int)


def test_everything_that_says_what_itgraph_is_says_the_same() -> None:
    cff = citation()
    (survey,) = cff["references"]
    assert cff["version"] == imprint.VERSION == itgraph.__version__
    assert cff["date-released"] == imprint.RELEASED
    assert (cff["license"], cff["url"]) == (imprint.LICENSE_ID, terms.BASE)
    assert survey["url"] == imprint.SURVEY
    cited = re.sub(r"\s+", " ", imprint.format_citation())
    names = [f"{a['family-names']}, {a['given-names']}" for a in survey["authors"] if "given-names" in a]
    assert f"author = {{{' and '.join(names)} and others}}" in cited
    for said in (survey["title"], survey["journal"], f"year = {{{survey['year']}}}", cff["authors"][0]["name"]):
        assert said in cited
    assert f"version = {{{itgraph.__version__}}}" in cited
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "itgraph.ttl")
    header = {
        str(predicate): str(value) for predicate, value in ontology.predicate_objects(rdflib.URIRef(terms.ONTOLOGY))
    }
    assert header[terms.DCTERMS + "issued"] == imprint.RELEASED
    assert header[terms.DCTERMS + "publisher"] == header[terms.DCTERMS + "creator"] == imprint.PUBLISHER
    assert header[terms.DCTERMS + "license"] == imprint.LICENSE
    assert f"version {itgraph.__version__}, {imprint.RELEASED[:4]}." in header[terms.DCTERMS_BIBLIOGRAPHIC_CITATION]
    assert header[terms.BIBO + "status"] == terms.BIBO + "status/draft"


# -- The redirects -----------------------------------------------------------------------------------------------------

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
RDFLIB = "text/turtle,application/rdf+xml;q=0.9,application/xhtml+xml;q=0.5,*/*;q=0.1"
PLACE = "https://example.org/itgraph"


def follow(path: str, accept: str = "*/*", *, server: bool = False) -> tuple[int, str] | None:
    """Return the status and the place that ``.htaccess`` redirects a path to: as much of mod_rewrite as it uses."""
    text = (ROOT / "ontology" / "w3id" / ".htaccess").read_text(encoding="utf-8")
    if server:
        text = text.replace("E=END:.html]", "E=END:]")
    known = {"HTTP_ACCEPT": accept}
    groups: tuple[str, ...] = ()

    def expand(template: str) -> str:
        found = re.sub(r"%\{(?:ENV:)?(\w+)\}", lambda name: known.get(name[1], ""), template)
        return re.sub(r"\$(\d)", lambda number: groups[int(number[1]) - 1] or "", found)

    # Conditions hold together; those that are joined by OR are one.
    conditions: list[list[bool]] = []
    is_open = False
    for line in text.splitlines():
        directive, _, rest = line.partition(" ")
        if directive == "RewriteCond":
            template, pattern, *flags = rest.split(" ")
            if not is_open:
                conditions.append([])
            conditions[-1].append(re.search(pattern, expand(template)) is not None)
            is_open = flags == ["[OR]"]
        elif directive == "RewriteRule":
            pattern, target, said = rest.split(" ")
            matched = re.search(pattern, path) if all(map(any, conditions)) else None
            conditions = []
            if matched is None:
                continue
            groups = matched.groups()
            flags = said.strip("[]").split(",")
            for flag in flags:
                if flag.startswith("E="):
                    name, _, value = flag.removeprefix("E=").partition(":")
                    known[name] = value
            if target != "-":
                (status,) = (int(flag.removeprefix("R=")) for flag in flags if flag.startswith("R="))
                assert "L" in flags
                return status, expand(target)
        else:
            assert not line or line.startswith(("#", "Options ", "RewriteEngine on")), line
    return None


@pytest.mark.parametrize(
    ("path", "accept", "status", "to_files", "to_server"),
    [
        ("", BROWSER, 302, "/", "/"),
        ("ontology", BROWSER, 303, "/ontology.html", "/ontology"),
        ("ontology", "*/*", 303, "/ontology.ttl", "/ontology.ttl"),
        ("ontology/0.1.0", "application/ld+json", 303, "/ontology.jsonld", "/ontology.jsonld"),
        ("ontology", RDFLIB, 303, "/ontology.ttl", "/ontology.ttl"),
        ("ontology", "application/rdf+xml", 303, "/ontology.ttl", "/ontology.ttl"),
        ("shapes", BROWSER, 303, "/shapes.ttl", "/shapes.ttl"),
        ("shapes/0.1.0", "*/*", 303, "/shapes.ttl", "/shapes.ttl"),
        ("context.jsonld", "application/ld+json", 302, "/context.jsonld", "/context.jsonld"),
        (".well-known/void", "text/turtle", 303, "/void.ttl", "/.well-known/void"),
        ("sparql", "application/sparql-results+json", 303, "/query.html", "/sparql"),
        ("queries/ancestors-of-model", BROWSER, 303, "/queries/ancestors-of-model.html", "/queries/ancestors-of-model"),
        ("download/itgraph.trig", "*/*", 302, "/download/itgraph.trig", "/download/itgraph.trig"),
        ("model/gpt-3.5", BROWSER, 303, "/page/model/gpt-3.5.html", "/page/model/gpt-3.5"),
        ("model/gpt-3.5", "*/*", 303, "/data/model/gpt-3.5.ttl", "/data/model/gpt-3.5.ttl"),
        ("model/gpt-3.5", RDFLIB, 303, "/data/model/gpt-3.5.ttl", "/data/model/gpt-3.5.ttl"),
        ("paper/arxiv-2302.13971", "application/trig", 303, *["/data/paper/arxiv-2302.13971.trig"] * 2),
        ("row/2024-10-15/models/4", "application/n-quads", 303, *["/data/row/2024-10-15/models/4.nq"] * 2),
        ("robots.txt", BROWSER, 302, "/robots.txt", "/robots.txt"),
    ],
)
def test_where_a_redirect_leads(path: str, accept: str, status: int, to_files: str, to_server: str) -> None:
    assert follow(path, accept) == (status, PLACE + to_files)
    found = follow(path, accept, server=True)
    assert found is not None
    assert found[1] == PLACE + to_server
    if path == "sparql":
        # Another status would make a GET of a POST.
        assert found[0] == 307


@pytest.fixture(scope="module")
def samples(shipped_quads: list[Quad]) -> list[str]:
    """One IRI of ours of each kind: the first of those whose paths begin alike."""
    found: dict[str, str] = {}
    for iri in sorted({quad.subject.value for quad in shipped_quads if isinstance(quad.subject, NamedNode)}):
        if iri.startswith(terms.BASE):
            found.setdefault(iri.removeprefix(terms.BASE).partition("/")[0], iri)
    assert {"model", "dataset", "paper", "person", "row", "snapshot", "rule", "curated", "issue"} <= set(found)
    return list(found.values())


def test_what_a_server_has_where_a_redirect_leads(samples: list[str], site: Site) -> None:
    forms = {
        BROWSER: "text/html",
        **{form: form for form in ("text/turtle", "application/ld+json", "application/trig", "application/json")},
        **{form: form for form in ("application/n-triples", "application/n-quads", "application/rdf+xml")},
    }
    for iri in samples:
        for accept, media_type in forms.items():
            found = follow(iri.removeprefix(terms.BASE), accept, server=True)
            assert found is not None
            path = unquote(found[1].removeprefix(PLACE))
            answer = respond(site, Request(path=path, accept=accept, origin="http://127.0.0.1"))
            assert (answer.status, answer.media_type.partition(";")[0]) == (200, media_type), (iri, path)
    for path in ("ontology", "shapes", "context.jsonld", ".well-known/void", "about", "queries/large-datasets"):
        found = follow(path, "*/*", server=True)
        assert found is not None
        answer = respond(site, Request(path=found[1].removeprefix(PLACE), accept="*/*", origin="http://127.0.0.1"))
        assert answer.status == 200, path


def test_what_a_site_of_files_has_where_a_redirect_leads(samples: list[str]) -> None:
    places = pytest.importorskip("itgraph.site.places")
    for iri in samples:
        found = follow(iri.removeprefix(terms.BASE), BROWSER)
        assert found == (303, f"{PLACE}/{places.page_file(iri)}")
        found = follow(iri.removeprefix(terms.BASE), "text/turtle")
        assert found == (303, f"{PLACE}/{places.data_file(iri, 'ttl')}")
    for path, accept in (("ontology", BROWSER), ("ontology", "*/*"), (".well-known/void", "*/*"), ("about", BROWSER)):
        address, _ = places.read_address(f"/{path}" + (".ttl" if (path, accept) == ("ontology", "*/*") else ""))
        place = places.find_place(address)
        found = follow(path, accept)
        assert found is not None
        assert found[1] == f"{PLACE}/{place.file}"


def test_one_line_says_where_the_project_is_published() -> None:
    text = (ROOT / "ontology" / "w3id" / ".htaccess").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "://" in line and not line.startswith("#")]
    assert lines == [f"RewriteRule ^ - [E=SITE:{PLACE},E=END:.html]"]
    readme = (ROOT / "ontology" / "w3id" / "README.md").read_text(encoding="utf-8")
    assert "perma-id/w3id.org" in readme

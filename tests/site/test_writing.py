"""A site as it lies in a folder: whole, the same each time, and every link of it leads somewhere."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse
from tests.site.conftest import FOCUS
from tests.site.reading import internal_links, read_page, read_pages

from itgraph import terms
from itgraph.cli import main
from itgraph.errors import ExportError, ParameterError
from itgraph.export import export, format_quads
from itgraph.export.void import DUMPS
from itgraph.queries import load_queries, run
from itgraph.results import format_table
from itgraph.site import Report, sitemap, write_site, writing
from itgraph.site.mark import MARK
from itgraph.site.places import data_file, page_file
from itgraph.store import EmbeddedStore

pytestmark = pytest.mark.slow

LLAMA = "https://w3id.org/itgraph/model/llama"


@pytest.fixture
def few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out most of the saved questions, whose answers take longest of a site that holds nothing else."""
    some = load_queries()[:3]
    monkeypatch.setattr("itgraph.server.site.load_queries", lambda: some)


def small_graph(*more: Quad) -> EmbeddedStore:
    llama = NamedNode(LLAMA)
    quads = [
        Quad(llama, NamedNode(terms.RDF_TYPE), NamedNode(terms.MODEL), DefaultGraph()),
        Quad(llama, NamedNode(terms.RDFS_LABEL), Literal("LLaMA"), DefaultGraph()),
    ]
    return EmbeddedStore([*quads, *more])


def digest(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


# -- What is there -----------------------------------------------------------------------------------------------------


def check_links(folder: Path) -> int:
    pages = read_pages(folder)
    ids = {page: set(reader.ids) for page, reader in pages.items()}
    links = internal_links(pages)
    for page, target, fragment in links:
        assert (folder / target).is_file(), (page, target)
        if fragment and target in ids and target != "query.html":
            assert fragment in ids[target], (page, target, fragment)
    return len(links)


def test_every_link_of_every_page_leads_to_a_file(folder: Path) -> None:
    assert check_links(folder) > 5000


def test_every_link_of_a_hostile_graph_does_too(hostile_folder: Path) -> None:
    assert check_links(hostile_folder) > 500


def test_every_page_can_be_reached(folder: Path) -> None:
    pages = read_pages(folder)
    leads: dict[str, set[str]] = {}
    for page, target, _ in internal_links(pages):
        leads.setdefault(page, set()).add(target)
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        for target in leads.get(waiting.pop(), set()) - reached:
            reached.add(target)
            waiting.append(target)
    there = set(digest(folder))
    assert {name for name in there - reached if name.endswith(".html")} == {"404.html"}


def test_everything_that_the_graph_speaks_of_has_a_page_and_its_data(folder: Path, part: list[Quad]) -> None:
    terms_of = ((quad.subject, quad.predicate, quad.object, quad.graph_name) for quad in part)
    iris = {term.value for several in terms_of for term in several if isinstance(term, NamedNode)}
    for iri in iris:
        assert (folder / page_file(iri)).is_file()
        for extension in ("ttl", "jsonld", "trig", "nt", "nq", "rdf", "json"):
            assert (folder / data_file(iri, extension)).stat().st_size > 0
    page = (folder / page_file(FOCUS)).read_text(encoding="utf-8")
    assert "Radiology-GPT" in page
    assert 'href="../../data/model/radiology-gpt.ttl"' in page


def test_the_whole_graph_is_there_in_every_format(folder: Path, part: list[Quad]) -> None:
    for extension, form in (("trig", RdfFormat.TRIG), ("nq", RdfFormat.N_QUADS)):
        assert set(parse((folder / f"download/itgraph.{extension}").read_bytes(), format=form)) == set(part)
    assert (folder / "download/itgraph.ttl").read_bytes() == format_quads(part, "turtle")
    for extension in ("nt", "jsonld", "rdf", "graphml", "gexf", "bib", "csv.zip"):
        assert (folder / f"download/itgraph.{extension}").stat().st_size > 100


def test_saved_questions_have_their_answers(folder: Path, part: list[Quad]) -> None:
    store = EmbeddedStore(part)
    for query in load_queries():
        table = run(query, store)
        assert (folder / f"queries/{query.name}.csv").read_bytes() == format_table(table, "csv").encode()
        assert (folder / f"queries/{query.name}.rq").read_text(encoding="utf-8") == query.sparql
        assert query.summary in read_text(folder / f"queries/{query.name}.html")


def read_text(path: Path) -> str:
    from html import unescape

    return unescape(path.read_text(encoding="utf-8"))


def test_no_page_runs_what_is_in_it_or_names_a_server(folder: Path, hostile_folder: Path) -> None:
    for place in (folder, hostile_folder):
        for page, reader in read_pages(place).items():
            assert reader.inline == [], page
            assert "default-src 'none'" in reader.metas["content-security-policy"], page
            assert ("wasm-unsafe-eval" in reader.metas["content-security-policy"]) == (page == "query.html")
            text = (place / page).read_text(encoding="utf-8")
            for absent in ('"/sparql', "localhost", "site.invalid", "/openapi.json", "/api/"):
                assert absent not in text, (page, absent)


def test_the_site_describes_itself(folder: Path) -> None:
    text = (folder / "void.ttl").read_text(encoding="utf-8")
    assert "<void.ttl#dataset>" in text
    quads = list(parse(text, format=RdfFormat.TURTLE, base_iri="https://example.org/site/void.ttl"))
    dumps = {quad.object.value for quad in quads if quad.predicate.value.endswith("void#dataDump")}
    assert "https://example.org/site/download/itgraph.trig" in dumps
    assert not any(str(term).endswith("/sparql>") for quad in quads for term in (quad.subject, quad.object))


@pytest.mark.usefixtures("few_questions")
def test_only_downloads_that_are_there_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A server that knows no better than to offer all: a site knows what it has written.
    monkeypatch.setattr("itgraph.server.site.dataset.find_downloads", lambda _store: DUMPS)
    store = small_graph(Quad(NamedNode(LLAMA), NamedNode("http://e.example/p/1"), Literal("x"), DefaultGraph()))
    report = write_site(store, tmp_path / "site")
    assert any(note.startswith("without download/itgraph.rdf") for note in report.notes)
    text = (tmp_path / "site" / "void.ttl").read_text(encoding="utf-8")
    for name in DUMPS:
        assert (f"<download/itgraph.{name}>" in text) == (tmp_path / f"site/download/itgraph.{name}").exists()
    assert "itgraph.rdf" not in text
    assert "RDF_XML" not in text


# -- The same each time ------------------------------------------------------------------------------------------------


def test_the_same_graph_gives_the_same_bytes(part: list[Quad], folder: Path, tmp_path: Path) -> None:
    graph = tmp_path / "part.nq"
    export(reversed(part), "nquads", graph)
    other = tmp_path / "other"
    code = "import sys; from itgraph.cli import main; raise SystemExit(main(sys.argv[1:]))"
    subprocess.run(
        [sys.executable, "-c", code, "site", "-g", str(graph), "-o", str(other)],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        check=True,
        capture_output=True,
    )
    assert digest(other) == digest(folder)


def test_names_of_files_are_told_apart_by_every_system(folder: Path, hostile_folder: Path) -> None:
    for place in (folder, hostile_folder):
        names = list(digest(place))
        assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.usefixtures("few_questions")
def test_names_that_differ_in_case_alone_have_two_pages(tmp_path: Path) -> None:
    other = NamedNode("https://w3id.org/itgraph/model/LLaMA")
    store = small_graph(
        Quad(other, NamedNode(terms.RDF_TYPE), NamedNode(terms.MODEL), DefaultGraph()),
        Quad(other, NamedNode(terms.RDFS_LABEL), Literal("Another one"), DefaultGraph()),
    )
    write_site(store, tmp_path / "site")
    assert "<bdi>LLaMA</bdi>" in (tmp_path / "site" / page_file(LLAMA)).read_text(encoding="utf-8")
    assert "<bdi>Another one</bdi>" in (tmp_path / "site" / page_file(other.value)).read_text(encoding="utf-8")


# -- Where it is written -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_questions")
def test_a_site_is_replaced_and_nothing_else_is(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    write_site(small_graph(), folder)
    other = NamedNode("https://w3id.org/itgraph/model/other")
    write_site(small_graph(Quad(other, NamedNode(terms.RDF_TYPE), NamedNode(terms.MODEL), DefaultGraph())), folder)
    (folder / "index.html").write_text("old", encoding="utf-8")
    assert (folder / page_file(other.value)).exists()
    write_site(small_graph(), folder)
    assert "old" not in (folder / "index.html").read_text(encoding="utf-8")[:3]
    assert not (folder / page_file(other.value)).exists()
    before = digest(folder)
    for name in (".git", "CNAME", "data/notes.txt", "page/model/deep/er/llama.html", "data/model/llama"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(ExportError, match=f"holds '{name}', which `itgraph site` has not made"):
            write_site(small_graph(), folder)
        assert path.read_text(encoding="utf-8") == "mine"
        path.unlink()
    assert digest(folder) == before


@pytest.mark.usefixtures("few_questions")
def test_a_link_to_a_folder_is_none_of_ours(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write_site(small_graph(), folder)
    (folder / "data").rename(tmp_path / "data")
    (folder / "data").symlink_to(tmp_path / "data")
    with pytest.raises(ExportError, match="holds 'data', which"):
        write_site(small_graph(), folder)


@pytest.mark.usefixtures("few_questions")
def test_what_comes_while_a_site_is_written_is_not_lost(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write_site(small_graph(), folder)

    def put(_done: int, _all: int) -> None:
        (folder / "data" / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(ExportError, match=r"holds 'data/notes\.txt'"):
        write_site(small_graph(), folder, progress=put)
    assert (folder / "data" / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.usefixtures("few_questions")
def test_a_site_of_an_older_mark_is_replaced_where_all_of_it_comes_again(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write_site(small_graph(), folder)
    older = json.dumps({"made by": "itgraph site", "holds": sorted({path.name for path in folder.iterdir()} - {MARK})})
    (folder / MARK).write_text(older, encoding="utf-8")
    mine = folder / "data" / "notes.txt"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match=r"older itgraph.*holds 'data/notes\.txt'.*delete the folder"):
        write_site(small_graph(), folder)
    assert mine.read_text(encoding="utf-8") == "mine"
    mine.rename(folder / "notes.txt")
    with pytest.raises(ExportError, match=r"holds 'notes\.txt', which `itgraph site` has not made"):
        write_site(small_graph(), folder)
    (folder / "notes.txt").unlink()
    write_site(small_graph(), folder)
    assert "files" in json.loads((folder / MARK).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "mark",
    [
        *("", "[1", "null", '{"holds": 3}', '{"holds": [1, null]}', "[" * 100_000, "\xff"),
        *(
            '{"files": 3}',
            '{"files": {"": [".tex"]}}',
            '{"files": {"": {".tex": "thesis"}}}',
            '{"files": {"x": {"": [1]}}}',
        ),
        '{"files": {}, "holds": ["thesis.tex"]}',
    ],
)
def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, mark: str) -> None:
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")
    if mark:
        (tmp_path / MARK).write_bytes(mark.encode("latin-1"))
    with pytest.raises(ExportError, match=r"thesis\.tex"):
        write_site(small_graph(), tmp_path)
    assert (tmp_path / "thesis.tex").read_text(encoding="utf-8") == "years of work"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("x", encoding="utf-8")
    with pytest.raises(ExportError, match="is a file: name a folder"):
        write_site(small_graph(), tmp_path / "site")
    assert (tmp_path / "site").read_text(encoding="utf-8") == "x"


@pytest.mark.usefixtures("few_questions")
def test_what_goes_wrong_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "site"
    write_site(small_graph(), folder)
    before = digest(folder)

    def fail(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "describe_site", fail)
    with pytest.raises(KeyboardInterrupt):
        write_site(small_graph(), folder)
    assert digest(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_a_graph_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_STATEMENTS", 1)
    with pytest.raises(ExportError, match=r"too large .*`itgraph export --focus NAME"):
        write_site(small_graph(), tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_so_is_a_hub(shipped_with_indexes: EmbeddedStore, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="too large"):
        write_site(shipped_with_indexes, tmp_path / "site")


@pytest.mark.usefixtures("few_questions")
def test_an_empty_graph_is_a_site_that_says_so(tmp_path: Path) -> None:
    report = write_site(EmbeddedStore(), tmp_path / "site")
    assert "It holds nothing yet" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert any("without the explorer" in note for note in report.notes)
    check_links(tmp_path / "site")


# -- Where it will be --------------------------------------------------------------------------------------------------


def test_without_an_address_nothing_is_said_of_it(folder: Path) -> None:
    assert not (folder / "sitemap.xml").exists()
    assert not (folder / "robots.txt").exists()
    assert "canonical" not in (folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("few_questions")
def test_with_an_address_pages_say_it(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write_site(small_graph(), folder, url="https://example.org/itgraph")
    page = (folder / page_file(LLAMA)).read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://example.org/itgraph/page/model/llama.html">' in page
    assert '<link rel="canonical" href="https://example.org/itgraph/">' in (folder / "index.html").read_text("utf-8")
    listed = [found.text for found in ET.parse(folder / "sitemap.xml").iter() if found.tag.endswith("loc")]  # noqa: S314
    assert "https://example.org/itgraph/page/model/llama.html" in listed
    for address in listed:
        assert address is not None
        assert (folder / address.removeprefix("https://example.org/itgraph/")).is_file()
    assert (folder / "robots.txt").read_text("utf-8").endswith("Sitemap: https://example.org/itgraph/sitemap.xml\n")
    assert "<https://example.org/itgraph/void.ttl#dataset>" in (folder / "void.ttl").read_text("utf-8")
    missing = read_page(folder / "404.html")
    assert {value.startswith("https://example.org/itgraph/") for _, _, value in missing.links if value[0] != "#"} == {
        True
    }


@pytest.mark.usefixtures("few_questions")
@pytest.mark.parametrize("bound", ["MOST", "LARGEST"])
def test_a_map_that_is_too_large_for_one_file_is_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    write_site(small_graph(), tmp_path / "whole", url="https://example.org/it'graph")
    monkeypatch.setattr(sitemap, bound, {"MOST": 3, "LARGEST": 700}[bound])
    folder = tmp_path / "site"
    write_site(small_graph(), folder, url="https://example.org/it'graph")
    whole = read_map(tmp_path / "whole" / "sitemap.xml", "url")
    files = [
        address.removeprefix("https://example.org/it'graph/") for address in read_map(folder / "sitemap.xml", "sitemap")
    ]
    assert files == [f"sitemap-{number}.xml" for number in range(1, len(files) + 1)]
    parts = [read_map(folder / file, "url") for file in files]
    assert len(parts) > 2
    assert [address for part in parts for address in part] == whole
    if bound == "MOST":
        assert {len(part) for part in parts[:-1]} == {3}
    else:
        assert max((folder / file).stat().st_size for file in files) <= 700
        assert min((folder / file).stat().st_size for file in files[:-1]) > 500


def read_map(path: Path, kind: str) -> list[str]:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    return [found.text or "" for found in ET.parse(path).iterfind(f"{space}{kind}/{space}loc")]  # noqa: S314


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "ftp://example.org",
        "javascript:x",
        "https://",
        "https://a b",
        'https://a"x',
        "https://u@h",
        "http://[x",
    ],
)
def test_an_address_is_one_of_the_web(tmp_path: Path, url: str) -> None:
    with pytest.raises(ParameterError, match="expected an address"):
        write_site(small_graph(), tmp_path / "site", url=url)


# -- The command -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_questions")
def test_the_command_says_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph = tmp_path / "g.trig"
    export(small_graph().quads(), "trig", graph)
    assert main(["site", "-g", str(graph), "-o", str(tmp_path / "site")]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "pages" in captured.err
    assert "MB" in captured.err
    assert main(["site", "-g", str(graph), "-o", str(tmp_path)]) == 3
    assert "has not made" in capsys.readouterr().err
    assert main(["site", "-o", str(tmp_path / "x"), "--url", "nowhere"]) == 2


def test_the_report_counts(written: tuple[Path, Report]) -> None:
    folder, report = written
    files = [path for path in folder.rglob("*") if path.is_file()]
    # The page for what is not there is none that anybody goes to.
    assert report.pages == sum(path.suffix == ".html" for path in files) - 1
    assert report.files == len(files)
    assert report.size == sum(path.stat().st_size for path in files)


def test_the_mark_tells_what_is_of_the_site(folder: Path) -> None:
    files = json.loads((folder / MARK).read_text(encoding="utf-8"))["files"]
    told = [
        (Path(place) / f"{stem}{end}").as_posix()
        for place, stems_by_ends in files.items()
        for ends, stems in stems_by_ends.items()
        for stem in stems
        for end in ends.split()
    ]
    assert sorted([*told, MARK]) == sorted(digest(folder))
    assert (folder / MARK).stat().st_size < 10 * len(told)

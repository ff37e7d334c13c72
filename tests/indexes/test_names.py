from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, parse

from itgraph import terms
from itgraph.arrangement import natural_key
from itgraph.errors import AmbiguousNameError, StoreError, UnknownNameError
from itgraph.indexes.names import NameIndex, build_names, plain_key
from itgraph.indexes.ranks import LABEL, LAST_PART
from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES, Thing, find_things, get_thing
from itgraph.names import name_key
from itgraph.records import NamedThing
from itgraph.results import Table
from itgraph.server.editor import editor_names
from itgraph.server.messages import Request
from itgraph.server.pages.search import Name, kinds_of, read_names, search, suggest
from itgraph.server.site import Site
from itgraph.store import EmbeddedStore


class Indexed(EmbeddedStore):
    """A store with an index of names beside it."""

    index: NameIndex | None = None

    @property
    def names(self) -> NameIndex | None:
        return self.index

    def select(self, sparql: str) -> Table:
        assert "?name" not in sparql, "it is asked for names, though it has an index of them"
        return super().select(sparql)


def opened(path: Path) -> NameIndex:
    index = NameIndex.open(path)
    assert index is not None
    return index


# -- The shipped graph: with an index, all is found as it is without --------------------------------------------


@pytest.fixture(scope="module")
def store(shipped_quads: list[Quad]) -> EmbeddedStore:
    return EmbeddedStore(shipped_quads)


@pytest.fixture(scope="module")
def site(store: EmbeddedStore) -> Site:
    return Site(store=store)


@pytest.fixture(scope="module")
def things(store: EmbeddedStore) -> list[NamedThing]:
    return things_of(store)


@pytest.fixture(scope="module")
def indexed(things: list[NamedThing], shipped_quads: list[Quad], tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    path = tmp_path_factory.mktemp("index") / "names"
    build_names(path, reversed(things))
    found = Indexed(shipped_quads)
    found.index = opened(path)
    return found


def things_of(store: EmbeddedStore) -> list[NamedThing]:
    """Read the things of the graph; the alphabet gives their popularity, so that the order is that without an index."""
    texts: dict[str, dict[str, set[str]]] = {}
    rows = store.select(
        "SELECT ?s ?p ?o {"
        " VALUES ?p { rdfs:label skos:altLabel dcterms:title itg:arxivId } ?s ?p ?o FILTER(isIRI(?s)) }"
    )
    for row in rows:
        texts.setdefault(str(row.s), {}).setdefault(str(row.p), set()).add(str(row.o))
    kinds: dict[str, set[str]] = {}
    for row in store.select("SELECT ?s ?type ?scheme { ?s a ?type OPTIONAL { ?s skos:inScheme ?scheme } }"):
        names = [kind for kind, iri in (KINDS | RECORD_KINDS).items() if iri == str(row.type)]
        names += [kind for kind, iri in SCHEMES.items() if iri == str(row.scheme)]
        kinds.setdefault(str(row.s), set()).update(names)
    found = []
    for iri, said in texts.items():
        for kind in sorted(kinds.get(iri, ())):
            (label,) = said[terms.RDFS_LABEL]
            others = said.get(terms.SKOS_ALT_LABEL, set()) | said.get(terms.DCTERMS_TITLE, set())
            ids = tuple(sorted(said.get(terms.ARXIV_ID, ())))
            found.append((iri, kind, label, tuple(sorted(others)), ids))
    order = [*KINDS, *RECORD_KINDS, *SCHEMES]
    found.sort(key=lambda thing: (order.index(thing[1]), natural_key(thing[2].casefold()), thing[0]))
    return [(*thing, len(found) - place) for place, thing in enumerate(found)]


@pytest.fixture(scope="module")
def all_names(store: EmbeddedStore) -> tuple[Name, ...]:
    names = read_names(store)
    assert names is not None
    assert len(names) > 2000
    return names


def test_every_name_finds_the_same_things(store: EmbeddedStore, indexed: Indexed, all_names: tuple[Name, ...]) -> None:
    texts = sorted({name.text for name in all_names if name.thing.kind in KINDS})
    wrong = [text for text in texts if find_things(indexed, text) != find_things(store, text)]
    assert wrong == []
    # Where there is no index, another spelling takes a walk through all names, and so does the name of a record, which
    # is not looked for without its kind: a part of them must do.
    others = [text.upper().replace(" ", "-") for text in texts[::20]]
    others += sorted({name.text for name in all_names if name.thing.kind not in KINDS})[::40]
    wrong = [text for text in others if find_things(indexed, text) != find_things(store, text)]
    assert wrong == []


def test_every_name_finds_the_same_things_of_its_kind(
    store: EmbeddedStore, indexed: Indexed, all_names: tuple[Name, ...]
) -> None:
    wrong, found = [], 0
    for text, kind in sorted({(name.text, name.thing.kind) for name in all_names if name.thing.kind != "thing"}):
        expected = find_things(store, text, kind)
        found += bool(expected)
        if find_things(indexed, text, kind) != expected:
            wrong.append((text, kind))
    assert wrong == []
    assert found > 2000


@pytest.mark.parametrize(
    "text",
    ["arXiv:2302.13971v3", "2302.13971", "itm:alpaca", "model/alpaca", "license/Apache-2.0", "no such thing", "", "?"],
)
@pytest.mark.parametrize("kind", [None, "thing", "paper", "model", "concept:license"])
def test_other_ways_to_name_find_the_same_things(
    store: EmbeddedStore, indexed: Indexed, text: str, kind: str | None
) -> None:
    assert find_things(indexed, text, kind) == find_things(store, text, kind)


SEARCHED = (
    *("alpaca", "Alpaca 52K", "llama", "LLaMA 2", "a", "al", "t5", "7b", "gpt-3.5", "touvron hugo", "2302"),
    *("2302.13971", "apache", "instruct", "flan 2022", "self-instruct", "é", "open ai", "openai/summarize", "zz"),
    *("wizard lm", "q", "the of", "!", "model: alpaca", "a e i", "José", "+", "stanford alpaca", "-", "52k ("),
)


@pytest.mark.parametrize("kind", ["", "model", "paper", "concept:license", "curated"])
@pytest.mark.parametrize("text", SEARCHED)
def test_search_finds_the_same_things(
    site: Site, things: list[NamedThing], indexed: Indexed, all_names: tuple[Name, ...], text: str, kind: str
) -> None:
    """Those called just so come in the same order, too; then those that begin so, however, and the others.

    Within these, popularity decides, and no more whether it is a label or another name.
    """
    expected = [thing for thing in search(site, text, kind) if thing.kind != "thing"]
    index = indexed.index
    assert index is not None
    kinds = kind or [name for name in index.kinds() if name != "curated"]
    named = index.search(text, kinds, 10_000)
    found = [Thing(iri=one.iri, kind=one.kind, label=one.label) for one in named]
    by_thing: dict[Thing, list[str]] = {}
    for name in all_names:
        by_thing.setdefault(name.thing, []).append(name.key)

    def how(thing: Thing) -> int:
        whole, words = name_key(text), [name_key(word) for word in text.replace("/", " ").split()]
        keys = [key for key in by_thing[thing] if all(word in key for word in words)]
        return min(0 if key == whole else 1 if key.startswith(whole) else 2 if whole in key else 3 for key in keys)

    assert set(found) == set(expected)
    called_so = [thing for thing in expected if how(thing) == 0]
    assert found[: len(called_so)] == called_so
    place = {
        Thing(iri=iri, kind=of_kind, label=label): number for number, (iri, of_kind, label, *_) in enumerate(things)
    }
    rest = found[len(called_so) :]
    assert rest == sorted(rest, key=lambda thing: (how(thing), place[thing]))


def test_what_is_searched_is_there_to_find(site: Site) -> None:
    assert sum(bool(search(site, text)) for text in SEARCHED) > len(SEARCHED) / 2


def test_suggestions_come_of_the_index(indexed: Indexed) -> None:
    with pytest.raises(UnknownNameError) as raised:
        get_thing(indexed, "Alpacca", "model")
    assert "Alpaca" in raised.value.suggestions
    with pytest.raises(UnknownNameError) as raised:
        get_thing(indexed, "itm:alpacca")
    assert "itm:alpaca" in raised.value.suggestions
    assert [thing.label for thing in suggest(Site(store=indexed), "touvrn")] == ["Hugo Touvron"]
    assert suggest(Site(store=indexed), "qqqqzzzz") == []


def test_a_site_of_a_store_with_an_index_keeps_no_names(site: Site, indexed: Indexed) -> None:
    large = Site(store=indexed)
    assert large.names is None
    assert set(kinds_of(large)) == set(kinds_of(site)) - {"thing"}
    assert search(large, "itm:alpaca")[0].label == "Alpaca"
    assert search(large, "LLaMA", "model")[0].iri == terms.BASE + "model/llama"
    body = editor_names(large, Request(path="/api/editor/names")).body
    assert b'"itm:alpaca","Alpaca","model"' in body.replace(b'", "', b'","')
    assert b"itg:baseModel" in body


# -- Names of a hub ---------------------------------------------------------------------------------------------


def thing(kind: str, label: str, popularity: int, *others: str, ids: tuple[str, ...] = ()) -> NamedThing:
    return (f"{terms.BASE}{kind}/{quote(label)}", kind, label, others, ids, popularity)


HUB = [
    thing("model", "meta-llama/Llama-2-7b-hf", 900),
    thing("model", "other/Llama-2-7b-hf", 5),
    thing("model", "other/llama-2-7b-HF", 50),
    thing("model", "llama-2-7b/finetuned", 70),
    thing("model", "gpt2", 1000, "GPT-2"),
    thing("model", "mine/tuned-Llama-2-7b", 2),
    thing("dataset", "tatsu-lab/alpaca", 300, ids=("2212.10560",)),
    thing("dataset", "squad", 200, "rajpurkar/squad", "Stanford questions"),
    thing("dataset", "stanford/questions answered", 2),
    thing("model", "owner7/7b", 1),
    thing("concept:license", "apache-2.0", 10**12),
    thing("paper", "Self-Instruct", 1, ids=("2212.10560",)),
    thing("anything else", "Ünïcode 模型", 1),
    *(thing("model", f"user{number}/lora", number) for number in range(3000)),
]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> NameIndex:
    path = tmp_path_factory.mktemp("hub") / "a folder?#%" / "names"
    build_names(path, HUB)
    return opened(path)


def test_it_says_what_it_holds(hub: NameIndex) -> None:
    assert hub.count() == len(HUB)
    assert hub.kinds() == ("anything else", "concept:license", "dataset", "model", "paper")
    assert str(len(HUB)) in repr(hub)
    assert [named.label for named in hub.most_popular("dataset", 2)] == ["tatsu-lab/alpaca", "squad"]
    assert [named.label for named in hub.most_popular("paper", 9)] == ["Self-Instruct"]
    assert hub.most_popular("no such kind", 9) == ()


@pytest.mark.parametrize(
    ("text", "kind", "labels"),
    [
        ("meta-llama/Llama-2-7b-hf", None, ["meta-llama/Llama-2-7b-hf"]),
        (" META-LLAMA Llama 2 7b HF ", "model", ["meta-llama/Llama-2-7b-hf"]),
        # the last part alone, in its spelling or in another; never beside what is called so
        ("Llama-2-7b-hf", None, ["meta-llama/Llama-2-7b-hf", "other/Llama-2-7b-hf"]),
        ("llama 2 7b hf", None, ["meta-llama/Llama-2-7b-hf", "other/llama-2-7b-HF", "other/Llama-2-7b-hf"]),
        ("alpaca", ("dataset", "model"), ["tatsu-lab/alpaca"]),
        ("alpaca", "model", []),
        ("squad", None, ["squad"]),
        ("rajpurkar/squad", None, ["squad"]),
        ("7b", None, ["owner7/7b"]),
        ("owner7 7b", None, ["owner7/7b"]),
        ("owner77b", None, []),
        # what has a space is no owner/name
        ("questions answered", None, []),
        ("2212.10560", None, ["Self-Instruct"]),
        ("arxiv:2212.10560v2", ["paper"], ["Self-Instruct"]),
        ("2212.10560", "dataset", ["tatsu-lab/alpaca"]),
        ("Ünïcode 模型", None, ["Ünïcode 模型"]),
        ("unicode模型", None, ["Ünïcode 模型"]),
        ("", None, []),
        ("gpt2", (), []),
    ],
)
def test_what_is_called_so_is_found(
    hub: NameIndex, text: str, kind: str | tuple[str, ...] | None, labels: list[str]
) -> None:
    found = hub.find(text, kind)
    assert [named.label for named in found] == labels
    assert len({named.rank for named in found}) <= 1


def test_how_it_was_found_is_told(hub: NameIndex) -> None:
    (label,), (part, *_) = hub.find("GPT2"), hub.find("Llama-2-7b-hf")
    assert (label.rank, label.name) == (LABEL, "gpt2")
    assert (part.rank, part.name, part.label) == (LAST_PART, "Llama-2-7b-hf", "meta-llama/Llama-2-7b-hf")


@pytest.mark.parametrize(
    ("text", "kind", "labels"),
    [
        ("llama-2-7b", None, ["meta-llama/Llama-2-7b-hf", "llama-2-7b/finetuned", "other/llama-2-7b-HF",
                              "other/Llama-2-7b-hf", "mine/tuned-Llama-2-7b"]),
        # called so comes before what begins so, however popular
        ("tuned llama-2-7b mine", None, ["mine/tuned-Llama-2-7b"]),
        ("other/L", None, ["other/llama-2-7b-HF", "other/Llama-2-7b-hf"]),
        ("other/", None, ["other/llama-2-7b-HF", "other/Llama-2-7b-hf"]),
        ("g", "model", ["gpt2"]),
        ("2", "paper", ["Self-Instruct"]),
        ("模", None, ["Ünïcode 模型"]),
        ("型", None, ["Ünïcode 模型"]),
        ("hf", None, ["meta-llama/Llama-2-7b-hf", "other/llama-2-7b-HF", "other/Llama-2-7b-hf"]),
        ("hf meta", None, ["meta-llama/Llama-2-7b-hf"]),
        # words of several names are not together in one
        ("stanford rajpurkar", None, []),
        ("stanford quest", "dataset", ["squad", "stanford/questions answered"]),
        ("user2999 lora", None, ["user2999/lora"]),
        ("apache", ("concept:license",), ["apache-2.0"]),
        ("apache", "model", []),
        ("2212", None, ["tatsu-lab/alpaca", "Self-Instruct", "user2212/lora"]),
    ],
)  # fmt: skip
def test_search_finds_parts_of_names(
    hub: NameIndex, text: str, kind: str | tuple[str, ...] | None, labels: list[str]
) -> None:
    assert [named.label for named in hub.search(text, kind)] == labels


def test_of_much_that_fits_the_best_is_found(hub: NameIndex) -> None:
    lora = [named.label for named in hub.search("lora", limit=5)]
    assert lora == [f"user{number}/lora" for number in (2999, 2998, 2997, 2996, 2995)]
    assert [named.label for named in hub.search("user7", limit=3)] == ["user799/lora", "user798/lora", "user797/lora"]
    # of 3000 that begin so, this one is called so, and is the least popular
    assert hub.search("user0/lora", limit=3)[0].label == "user0/lora"
    assert hub.search("user2/l", limit=3)[0].label == "user2/lora"
    users = [named.label for named in hub.search("u", limit=50)]
    assert users == [f"user{number}/lora" for number in range(2999, 2949, -1)]
    assert len(hub.search("ra us", "model", limit=1000)) == 1000


def test_each_word_counts_however_common_it_is(tmp_path: Path) -> None:
    things = [thing("model", f"user/instruct-{number}", 10**6 - number) for number in range(2_500)]
    things += [thing("model", f"data-{number}", 10**5 - number) for number in range(37_500)]
    things += [thing("model", "user/data-instruct", 1)]
    build_names(tmp_path / "names", things)
    index = opened(tmp_path / "names")
    for text in ("data instruct", "instruct data", "data instr", "user ata ruct"):
        assert [named.label for named in index.search(text)] == ["user/data-instruct"]


HOSTILE = (
    *("", " ", "\0", "\1", "\1\1", '"', '""', "'", "%", "_", "*", "a*", "(", ")", "^a", "-a", "a AND b", "NOT", "OR"),
    *(
        "NEAR(a, b)",
        "keys:a",
        "{keys} : a",
        'a" OR "b',
        "a\0b",
        "\ud800",
        "a\udfff",
        "!!!",
        "/",
        "//",
        "a/",
        "/a",
        "a//b",
    ),
    *("x" * 10_000, "a " * 5_000, "ab " * 3_333, "/" * 10_000, "!" * 10_000, " ".join(f"w{n}" for n in range(2000))),
    *("\U0010ffff", "\u202e", "ﷺ" * 100, "e\u0301" * 500, "1.2.3-4_5", "\x7f", "\n", ";--", "llama\0", "模" * 3000),
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_makes_it_fail(hub: NameIndex, text: str) -> None:
    for named in (*hub.find(text), *hub.search(text), *hub.search(text, "model", 1), *hub.nearest(text)):
        assert named.kind in hub.kinds()
    assert len(hub.nearest(text)) <= 3


def test_a_text_of_edges_finds_nothing(hub: NameIndex) -> None:
    assert hub.search("\1") == hub.search("\1\1") == hub.find("\1") == ()


@given(st.text(max_size=40), st.integers(min_value=1, max_value=60))
def test_no_generated_text_makes_it_fail(hub: NameIndex, text: str, limit: int) -> None:
    hub.find(text)
    hub.nearest(text)
    assert len(hub.search(text, limit=limit)) <= limit


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6), st.data())
def test_what_is_in_it_is_found(
    tmp_path_factory: pytest.TempPathFactory, labels: list[str], data: st.DataObject
) -> None:
    labels = [label for label in labels if label.strip()]
    path = tmp_path_factory.mktemp("any") / "names"
    build_names(path, [(f"urn:{number}", "model", label, (), (), 0) for number, label in enumerate(labels)])
    index = opened(path)
    for label in labels:
        found = {named.label.strip() for named in index.find(label)}
        assert label.strip() in found or label != label.strip()
        key = name_key(label)
        start = data.draw(st.integers(min_value=0, max_value=len(key) - 1))
        part = key[start : data.draw(st.integers(min_value=start + 1, max_value=len(key)))]
        words = part.replace("/", " ").split()
        if not words:  # the key of a full-width slash is a slash, and nothing is left to look for
            assert index.search(part) == ()
            continue
        expected = {other for other in labels if all(name_key(word) in name_key(other) for word in words)}
        assert {named.label for named in index.search(part)} >= expected - {other for other in expected if "/" in other}


def test_an_owner_and_a_name_are_found_as_one(tmp_path: Path) -> None:
    ends = ("a", "7", "a7", "7_", "a-", "-", "_", "7.", ".7", "a+", "é", "7\u0301", "²")
    labels = [f"{owner}/{name}" for owner in ends for name in ends]
    build_names(tmp_path / "names", [(f"urn:{label}", "model", label, (), (), 0) for label in labels])
    index = opened(tmp_path / "names")
    for label in labels:
        found = index.find(label.swapcase())
        assert label in [named.label for named in found]
        assert found[0].rank == LABEL


@given(st.text(st.sampled_from('aB12.-_/+#3! "~\t\0\1éß²'), max_size=12))
def test_the_quick_key_is_the_key(name: str) -> None:
    assert plain_key(name) == name_key(name)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("meta-llama/Lama-2-7b-hf", "meta-llama/Llama-2-7b-hf"),
        ("Lama-2-7b-hf", "meta-llama/Llama-2-7b-hf"),
        ("Llama-2-7b-fh", "meta-llama/Llama-2-7b-hf"),
        ("gpt", "gpt2"),
        ("alpacca", "tatsu-lab/alpaca"),
        ("stanfrod questions", "squad"),
        ("tatsulabalpacas", "tatsu-lab/alpaca"),
        ("self instruction", "Self-Instruct"),
    ],
)
def test_the_nearest_names_are_suggested(hub: NameIndex, text: str, label: str) -> None:
    assert label in [named.label for named in hub.nearest(text)]


def test_nothing_is_near_to_nonsense(hub: NameIndex) -> None:
    assert hub.nearest("qqqqzzzzwwww") == ()
    assert [named.kind for named in hub.nearest("alpacca", "model")] == ["model"] * len(hub.nearest("alpacca", "model"))


# -- Looking up in a store that has an index of a hub -------------------------------------------------------------


@pytest.fixture(scope="module")
def hub_store(hub: NameIndex) -> Indexed:
    store = Indexed()
    store.index = hub
    return store


def test_of_many_things_of_one_name_the_most_popular_are_told(hub_store: Indexed) -> None:
    with pytest.raises(AmbiguousNameError, match="and 2,990 more; give one of these") as raised:
        get_thing(hub_store, "lora")
    assert len(raised.value.candidates) == 10
    assert raised.value.candidates[0].endswith("user2999/lora")
    assert len(find_things(hub_store, "lora")) == 3000
    with pytest.raises(AmbiguousNameError) as raised:
        get_thing(hub_store, "Llama-2-7b-hf")
    assert len(raised.value.candidates) == 2
    assert "more;" not in str(raised.value)


def test_the_last_part_is_the_last_resort(hub: NameIndex) -> None:
    told = f'<{terms.BASE}dataset/alpaca> a <{terms.DATASET}> ; <{terms.RDFS_LABEL}> "The alpaca" .'
    store = Indexed(parse(told, format=RdfFormat.TURTLE))
    store.index = hub
    assert get_thing(store, "alpaca", "dataset").iri == terms.BASE + "dataset/alpaca"
    assert get_thing(store, "alpaca").label == "tatsu-lab/alpaca"
    assert get_thing(store, "dataset/Alpaca").label == "tatsu-lab/alpaca"
    assert get_thing(store, "tatsu-lab/alpaca").label == "tatsu-lab/alpaca"


def test_names_are_suggested_as_they_are_to_be_given(hub_store: Indexed) -> None:
    with pytest.raises(UnknownNameError) as raised:
        get_thing(hub_store, "Lama-2-7b-hf")
    assert raised.value.suggestions[0] == "meta-llama/Llama-2-7b-hf"
    with pytest.raises(UnknownNameError) as raised:
        get_thing(hub_store, "squadd")
    assert raised.value.suggestions[0] == "squad"


# -- The file -----------------------------------------------------------------------------------------------------


def test_where_there_is_none_there_is_none(tmp_path: Path) -> None:
    assert NameIndex.open(tmp_path / "names") is None


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    build_names(tmp_path / "names", [])
    index = opened(tmp_path / "names")
    assert (index.count(), index.kinds()) == (0, ())
    assert index.find("a") == index.search("a") == index.search("abc") == index.nearest("abcdefgh") == ()


def _database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other(a)")
    connection.execute("PRAGMA user_version = 2")
    connection.close()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, None])
def test_another_file_is_told_of(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "names"
    if content is None:
        _database(path)
    else:
        path.write_bytes(content)
    with pytest.raises(StoreError, match="index of names") as raised:
        NameIndex.open(path)
    assert str(raised.value).startswith(str(path))


def test_a_damaged_index_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "names"
    build_names(path, HUB)
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(StoreError, match="cannot be read"):
        opened(path).search("llama")


def test_the_same_things_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_names(tmp_path / name, iter(HUB))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_what_fails_leaves_the_old_index_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "names"
    build_names(path, HUB[:3])

    def failing() -> Iterator[NamedThing]:
        yield HUB[0]
        raise RuntimeError("the source")

    with pytest.raises(RuntimeError, match="the source"):
        build_names(path, failing())
    with pytest.raises(StoreError, match="no graph can hold the name"):
        build_names(path, [("urn:a", "model", "a\ud800", (), (), 1)])
    assert [file.name for file in tmp_path.iterdir()] == ["names"]
    assert opened(path).count() == 3
    with pytest.raises(StoreError, match="cannot be written"):
        build_names(tmp_path / "names" / "names", HUB)


def test_who_has_the_old_index_goes_on_with_it(tmp_path: Path) -> None:
    path = tmp_path / "names"
    build_names(path, HUB)
    old = opened(path)
    build_names(path, HUB[4:5])
    assert old.find("squad")
    assert opened(path).count() == 1


def test_it_is_asked_from_several_threads(hub: NameIndex) -> None:
    def ask(number: int) -> list[str]:
        return [named.label for named in (*hub.search("llama"), *hub.find(f"user{number}/lora"))]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(200)))
    assert [labels[-1] for labels in found] == [f"user{number}/lora" for number in range(200)]
    assert len({tuple(labels[:-1]) for labels in found}) == 1


def test_it_is_asked_from_forked_processes(hub: NameIndex) -> None:
    assert hub.find("squad")  # a connection is open as the others begin
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()

    def ask() -> None:
        queue.put([named.label for named in hub.search("llama-2-7b")])

    processes = [context.Process(target=ask) for _ in range(3)]
    for process in processes:
        process.start()
    found = [queue.get() for _ in processes]
    for process in processes:
        process.join(30)
    assert found == [[named.label for named in hub.search("llama-2-7b")]] * 3
    assert [process.exitcode for process in processes] == [0, 0, 0]


def test_popularity_beyond_measure_is_no_harm(tmp_path: Path) -> None:
    things = [thing("model", "a/one", -5), thing("model", "a/two", 10**30), thing("model", "a/three\nlines", 0)]
    build_names(tmp_path / "names", things)
    index = opened(tmp_path / "names")
    assert [named.label for named in index.search("a")] == ["a/two", "a/one", "a/three\nlines"]
    assert index.find("a/three\nlines")[0].label == "a/three\nlines"


def test_an_index_that_was_replaced_says_so_to_who_comes_later(tmp_path: Path) -> None:
    path = tmp_path / "names"
    build_names(path, [("https://example.org/a", "model", "Alpaca", (), (), 1)])
    index = NameIndex.open(path)
    assert index is not None
    build_names(path, [("https://example.org/b", "model", "Bloom", (), (), 1)])
    # Who has been here before goes on with what was there.
    assert [thing.label for thing in index.find("Alpaca")] == ["Alpaca"]
    with ThreadPoolExecutor(1) as other, pytest.raises(StoreError, match="replaced after it was opened"):
        other.submit(index.find, "Alpaca").result()

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.errors import MissingExtraError, SourceError
from itgraph.hub import Item, digest, find_inputs, fingerprint, inputs, iter_items
from itgraph.hub.inputs import parse_front_matter

SHA = "0e7a269fd95bafc8f2a4d27bdcf4bb99f4bea973"
LINES = [json.dumps({"id": f"a/b{number}", "likes": number}) for number in range(5)]
TEXT = "\n".join(LINES) + "\n"


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(*paths: Path, start: int = 0) -> list[Item]:
    return list(iter_items(find_inputs(paths), start))


def ids(items: Sequence[Item]) -> list[str]:
    return [item.entry.id if item.entry else item.problems[0].code for item in items]


def codes(item: Item) -> list[str]:
    return [problem.code for problem in (item.entry.problems if item.entry else item.problems)]


def noise(number: int) -> str:
    """Return a revision, which does not compress."""
    return hashlib.sha256(b"%d" % number).hexdigest()[:40]


# -- Lines ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["m.jsonl", "m.ndjson", "m.json", "M.JSONL", "m.jsonl.gz", "m.ndjson.gz", "m.json.gz"])
def test_lines(tmp_path: Path, name: str) -> None:
    content = TEXT.encode()
    items = read(write(tmp_path / name, gzip.compress(content) if name.endswith(".gz") else content))
    assert ids(items) == [f"a/b{number}" for number in range(5)]
    assert [item.number for item in items] == [0, 1, 2, 3, 4]
    assert [item.place for item in items] == [f"{name}:{line}" for line in range(1, 6)]
    assert items[3].entry is not None
    assert items[3].entry.likes == 3


def test_what_is_no_entry_is_an_item_too(tmp_path: Path) -> None:
    content = b"".join(
        [
            b'\xef\xbb\xbf{"id": "a/b"}\r\n',
            b"\n  \t\n",
            b'{"id": "a/c"\n',
            b'{"id": "a/\xff"}\n',
            b'{"likes": 3}\n',
            b"[" * 100_000 + b"\n",
            b'["a/b"]\n',
            b'{"id": "a/d", "likes": NaN}',
        ]
    )
    items = read(write(tmp_path / "m.jsonl", content))
    assert ids(items) == [
        *("a/b", "malformed-json", "unreadable", "missing-id", "malformed-json", "wrong-type", "a/d"),
    ]
    assert [item.place.partition(":")[2] for item in items] == ["1", "4", "5", "6", "7", "8", "9"]
    assert [item.number for item in items] == list(range(7))
    assert items[1].problems[0].message == "it is not JSON (Expecting ',' delimiter, at character 14)"
    assert items[2].problems[0].message == "it is not UTF-8 (byte 11 is 0xff)"


def test_a_line_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "LONGEST", 50)
    monkeypatch.setattr(inputs, "_CHUNK", 7)
    lines = ['{"id": "a/b"}', '{"id": "a/c", "x": "' + "y" * 100 + '"}', '{"id": "a/d"}', "z" * 51]
    items = read(write(tmp_path / "m.jsonl", "\n".join(lines)))
    assert ids(items) == ["a/b", "unreadable", "a/d", "unreadable"]
    assert [item.place for item in items] == ["m.jsonl:1", "m.jsonl:2", "m.jsonl:3", "m.jsonl:4"]
    exact = '{"id": "a/b", "x": "' + "y" * 28 + '"}'
    assert len(exact) == 50
    assert ids(read(write(tmp_path / "n.jsonl", exact + "\n" + exact))) == ["a/b", "a/b"]


@pytest.mark.parametrize("name", ["m.jsonl.gz", "m.json.gz"])
def test_a_file_that_is_cut_off(tmp_path: Path, name: str) -> None:
    lines = [json.dumps({"id": f"a/b{number}", "sha": noise(number)}) for number in range(900)]
    content = gzip.compress("\n".join(lines).encode())
    items = read(write(tmp_path / name, content[: len(content) // 2]))
    assert len(items) > 100
    assert ids(items[:-1]) == [f"a/b{number}" for number in range(len(items) - 1)]
    assert codes(items[-1]) == ["unreadable"]
    assert "if it was cut off, fetch it again" in items[-1].problems[0].message
    assert items[-1].place == f"{name}:{len(items)}"
    assert read(tmp_path / name, start=len(items) - 2) == items[-2:]


def test_a_list_that_is_cut_off_in_its_compression(tmp_path: Path) -> None:
    values = [{"id": f"a/b{number}", "sha": noise(number)} for number in range(900)]
    content = gzip.compress(json.dumps(values).encode())
    items = read(write(tmp_path / "m.json.gz", content[: len(content) // 2]))
    assert len(items) > 100
    assert ids(items) == [*(f"a/b{number}" for number in range(len(items) - 1)), "unreadable"]


def test_damage_at_the_end(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(TEXT.encode() * 1000, compresslevel=0))
    content[-4] ^= 0xFF  # the length
    items = read(write(tmp_path / "m.jsonl.gz", bytes(content)))
    assert len(items) == 5001
    assert codes(items[-1]) == ["unreadable"]


@pytest.mark.parametrize("start", [0, 1, 4, 6, 9, 10, 99])
def test_start(tmp_path: Path, start: int) -> None:
    first, second = (
        write(tmp_path / "1.jsonl", TEXT + "{\n\n"),
        write(tmp_path / "2.json", "[" + ", ".join(LINES) + "]"),
    )
    items = read(first, second)
    assert len(items) == 11
    assert [item.number for item in items] == list(range(11))
    assert read(first, second, start=start) == items[start:]


def test_what_is_skipped_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_inputs([write(tmp_path / "m.jsonl", "{\n" * 100 + LINES[0])])
    monkeypatch.setattr(json, "loads", lambda text: {"id": "a/b"} if "a/b0" in text else pytest.fail("parsed"))
    assert ids(list(iter_items(found, start=100))) == ["a/b"]


# -- A list, or one object -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[" + ",".join(LINES) + "]", [f"a/b{number}" for number in range(5)]),
        (json.dumps([json.loads(line) for line in LINES], indent=2), [f"a/b{number}" for number in range(5)]),
        ("\ufeff\n [\n" + ",\n".join(LINES) + "\n]\n", [f"a/b{number}" for number in range(5)]),
        ('{\n  "id": "a/b",\n  "tags": [\n    "en"\n  ]\n}\n', ["a/b"]),
        ('{"id": "a/b"}', ["a/b"]),
        ('{"id": "a/b"}\n{"id": "a/c"}', ["a/b", "a/c"]),
        ('{"id": "a/b"\n{"id": "a/c"}', ["malformed-json", "a/c"]),
        ("[]", []),
        ("", []),
        ("[1, 23]", ["wrong-type", "wrong-type"]),
        ('[{"id": "a/b"}', ["a/b", "malformed-json"]),
        ('[{"id": "a/b"}, {"id": "a/c"', ["a/b", "malformed-json"]),
        ('[{"id": "a/b"}, {"id: "a/c"}, {"id": "a/d"}]', ["a/b", "malformed-json"]),
        ('[{"id": "a/b"}] {"id": "a/c"}', ["a/b", "a/c"]),
        ("[" * 100_000, ["malformed-json"]),
    ],
)
@pytest.mark.parametrize("chunk", [3, 1024])
def test_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, expected: list[str], chunk: int
) -> None:
    monkeypatch.setattr(inputs, "_CHUNK", chunk)
    path = write(tmp_path / "m.json", content)
    items = read(path)
    assert ids(items) == expected
    assert [item.number for item in items] == list(range(len(expected)))
    if content.startswith("["):
        assert [item.place for item in items] == [f"m.json:{element}" for element in range(1, len(expected) + 1)]


@pytest.mark.parametrize("tail", [b"", b', {"id": "a/d"}]'])
def test_a_list_that_is_not_utf8(tmp_path: Path, tail: bytes) -> None:
    items = read(write(tmp_path / "m.json", b'[{"id": "a/b"}, {"id": "a/\xff"}' + tail))
    assert ids(items) == ["a/b", "unreadable"]


def test_an_element_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "LONGEST", 100)
    monkeypatch.setattr(inputs, "_CHUNK", 10)
    content = json.dumps([{"id": "a/b"}, {"id": "a/c", "x": "y" * 500}, {"id": "a/d"}])
    items = read(write(tmp_path / "m.json", content))
    assert ids(items) == ["a/b", "malformed-json"]
    assert "longer than" in items[1].problems[0].message


@given(
    st.lists(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=5) | st.booleans()), max_size=5),
    st.integers(1, 20),
    st.sampled_from([None, 0, 2]),
)
def test_a_list_is_read_whatever_the_chunks(
    tmp_path_factory: pytest.TempPathFactory, values: list[object], chunk: int, indent: int | None
) -> None:
    path = write(
        tmp_path_factory.mktemp("list") / "m.json",
        json.dumps(values, indent=indent, ensure_ascii=False).encode("utf-8", "replace"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "_CHUNK", chunk)
        with path.open("rb") as file:
            read_back = list(inputs._iter_values(inputs._Text(file)))
    assert read_back == json.loads(path.read_text(encoding="utf-8"))


# -- Parquet -------------------------------------------------------------------------------------------------


def write_table(path: Path, rows: list[dict[str, object]], **options: Any) -> Path:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.Table.from_pylist(rows), path, **options)
    return path


ROWS: list[dict[str, object]] = [
    {
        "id": f"a/b{number}",
        "createdAt": datetime(2024, 5, 1, tzinfo=UTC),
        "downloads": number,
        "tags": ["gguf", "arxiv:2307.09288"],
        "cardData": json.dumps({"base_model": "gpt2"}),
        "baseModels": {"relation": "quantized", "models": [{"id": "gpt2"}]} if number % 2 else None,
        "description": "x",
    }
    for number in range(25)
]


def test_parquet(tmp_path: Path) -> None:
    items = read(write_table(tmp_path / "models.parquet", ROWS))
    assert ids(items) == [f"a/b{number}" for number in range(25)]
    assert (items[7].place, items[7].number) == ("models.parquet:8", 7)
    entry = items[7].entry
    assert entry is not None
    assert (entry.created, entry.downloads, entry.bases, entry.relation) == ("2024-05-01", 7, ("gpt2",), "quantized")
    assert (entry.relation_by, entry.arxiv, entry.problems) == ("hub", ("2307.09288",), ())
    assert items[8].entry is not None
    assert items[8].entry.relation_by == "rule"


@pytest.mark.parametrize("start", [0, 9, 10, 13, 24, 25, 99])
def test_parquet_from_a_row(tmp_path: Path, start: int) -> None:
    path = write_table(tmp_path / "models.parquet", ROWS, row_group_size=10)
    other = write(tmp_path / "other.jsonl", TEXT)
    assert read(path, other, start=start) == read(path, other)[start:]


def test_a_row_with_text_that_is_none(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    texts = pa.array([b"a/b", b"a/\xff", b"a/c"]).view(pa.string())
    parquet.write_table(pa.table({"id": texts}), tmp_path / "m.parquet")
    items = read(tmp_path / "m.parquet")
    assert ids(items) == ["a/b", "unreadable", "a/c"]
    assert items[1].place == "m.parquet:2"


def test_a_table_with_a_damaged_part(tmp_path: Path) -> None:
    path = write_table(tmp_path / "m.parquet", ROWS, row_group_size=10, use_dictionary=False, compression="none")
    whole = read(path)
    content = bytearray(path.read_bytes())
    at = content.index(whole[12].entry.id.encode())  # type: ignore[union-attr]
    content[at - 80 : at] = b"\xff" * 80
    path.write_bytes(content)
    other = write(tmp_path / "other.jsonl", TEXT)
    items = read(path, other)
    broken = [item for item in items if item.entry is None and item.place.startswith("m.parquet")]
    assert [codes(item) for item in broken] == [["unreadable"]]
    assert broken[0].place in {f"m.parquet:{row}" for row in range(11, 21)}
    # All before it and all behind it is there, and is what it was.
    assert [item for item in whole if item.number < 10 or item.number >= 20] == [
        item for item in items if item.place.startswith("m.parquet") and not 10 <= item.number < 20
    ]
    assert items[-1].number == len(whole) + len(LINES) - 1
    for start in range(items[-1].number + 2):
        assert read(path, other, start=start) == [item for item in items if item.number >= start]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1", b'{"id": "a/b"}'])
def test_what_is_no_parquet(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(SourceError, match=r"m\.parquet: it is not Parquet that can be read"):
        find_inputs([write(tmp_path / "m.parquet", content)])


def test_a_table_without_ids(tmp_path: Path) -> None:
    path = write_table(tmp_path / "m.parquet", [{"name": "a/b", "likes": 3}])
    with pytest.raises(SourceError, match=r"no column id \(or modelId\); its columns are name, likes"):
        find_inputs([path])


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r'pip install "itgraph\[frames\]"'):
        find_inputs([write(tmp_path / "m.parquet", b"PAR1")])
    assert ids(read(write(tmp_path / "m.jsonl", LINES[0]))) == ["a/b0"]


def test_importing_it_costs_little() -> None:
    code = "import itgraph.hub, sys; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "itgraph.hub.inputs" in loaded
    assert not loaded & {"pyarrow", "pyoxigraph", "rdflib", "yaml", "pandas"}


# -- Cards ---------------------------------------------------------------------------------------------------

CARD = "---\nbase_model: gpt2\nlicense: mit\n---\n# Title\n"


def test_a_folder_of_cards(tmp_path: Path) -> None:
    cached = f"models--google--gemma-2b/snapshots/{SHA}/README.md"
    for name in (
        *("owner/one/README.md", "owner/two.md", "owner/one/CHANGES.md", "owner/one/docs/README.md", "gpt2/README.md"),
        *("other--three.md", "four.md", "README.md", ".git/x/README.md", "spaces--a--b/snapshots/1/README.md"),
        *(cached, "models--gpt2/snapshots/main/README.md", f"datasets--squad/snapshots/{SHA}/README.md"),
        *("deep/owner/five/readme.md", "owner/notes.txt"),
    ):
        write(tmp_path / "hub" / name, CARD)
    items = read(tmp_path / "hub")
    assert sorted((item.kind, item.entry.id, item.entry.sha) for item in items if item.entry) == [
        ("dataset", "squad", SHA),
        ("model", "four", ""),
        ("model", "google/gemma-2b", SHA),
        ("model", "gpt2", ""),
        ("model", "gpt2", ""),
        ("model", "other/three", ""),
        ("model", "owner/five", ""),
        ("model", "owner/one", ""),
        ("model", "owner/two", ""),
    ]
    assert cached in {item.place for item in items}
    assert [item.number for item in items] == list(range(9))
    assert [item.place for item in items] == [item.place for item in read(tmp_path / "hub")]
    assert read(tmp_path / "hub", start=4) == items[4:]
    one = next(item.entry for item in items if item.place == "owner/one/README.md")
    assert one is not None
    assert (one.bases, one.relation, one.licences, one.problems) == (("gpt2",), "finetune", ("mit",), ())


@pytest.mark.parametrize("below", ["", f"models--a--b/snapshots/{SHA}", "models--a--b"])
def test_a_folder_within_the_cache(tmp_path: Path, below: str) -> None:
    write(tmp_path / f"models--a--b/snapshots/{SHA}/README.md", CARD)
    write(tmp_path / f"models--a--b/snapshots/{SHA}/config.json", "{}")
    (entry,) = [item.entry for item in read(tmp_path / below)]
    assert entry is not None
    assert (entry.id, entry.sha) == ("a/b", SHA)


def test_links_to_papers_are_tags_as_on_the_hub(tmp_path: Path) -> None:
    text = (
        "---\ntags: [gguf, arxiv:2305.14314]\nbase_model: gpt2\n---\nSee https://arxiv.org/abs/2307.09288v2,"
        " https://arxiv.org/pdf/2307.09288.pdf and https://arxiv.org/abs/1910.09700.\n"
    )
    (item,) = read(write(tmp_path / "cards/a/b/README.md", text).parents[2])
    assert item.entry is not None
    assert item.entry.arxiv == ("2305.14314", "2307.09288")
    assert item.entry.has_template_arxiv
    assert item.entry.relation == "quantized"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("---\nlicense: [mit\n---\n", "malformed-yaml"),
        ("---\nlicense: mit\n", "malformed-yaml"),
        ("---\n- mit\n---\n", "malformed-yaml"),
        ("---\nmit\n---\n", "malformed-yaml"),
        ("---\n\x01: 1\n---\n", "malformed-yaml"),
        ("---\nlicense: !!python/object:os.system {}\n---\n", "malformed-yaml"),
        ("---\nlicense: !!int many\n---\n", "malformed-yaml"),
        ("---\n{a: b}: c\n---\n", "malformed-yaml"),
        ("---\na: *b\n---\n", "malformed-yaml"),
        ("---\na: " + "[" * 100_000 + "\n---\n", "malformed-yaml"),
        ("---\n" + "- " * 100_000 + "\n---\n", "malformed-yaml"),
        ("---\na: " + "[" * 60 + "]" * 60 + "\n---\n", "malformed-yaml"),
        ("---\na: " + "x" * 1024**2 + "\n---\n", "malformed-yaml"),
        ("---\nlicense: 3\n---\n", "wrong-type"),
    ],
)
def test_a_card_that_cannot_be_read_still_has_its_id(tmp_path: Path, content: str, code: str) -> None:
    write(tmp_path / "cards/a/b/README.md", content)
    (item,) = read(tmp_path / "cards")
    assert item.entry is not None
    assert (item.entry.id, codes(item)) == ("a/b", [code])
    assert len(item.entry.problems[0].message) < 400


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 15)]
    begun = time.monotonic()
    value, problem = parse_front_matter("---\n" + "\n".join(levels) + "\n---\n")
    assert (value, problem and problem.code) == ({}, "malformed-yaml")
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("merge", ["<<", "!!merge <<"])
def test_merge_keys_do_not_grow(merge: str) -> None:
    levels = ["a0: &a0 {x: 1, y: 2}"]
    levels += [f"a{level}: &a{level} {{{merge}: [{', '.join([f'*a{level - 1}'] * 9)}]}}" for level in range(1, 11)]
    begun = time.monotonic()
    parse_front_matter("---\n" + "\n".join(levels) + "\n---\n")
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("language: no", "no"),
        ("language: No", "No"),
        ("language: [yes, on, off, n, y]", ["yes", "on", "off", "n", "y"]),
        ("language: true", True),
        ("language: false", False),
        ("language: 2023-05-01", "2023-05-01"),
        ("language: 2023-05-01T12:00:00Z", "2023-05-01T12:00:00Z"),
        ("language: ~", None),
        ("language:", None),
        ("language: =", "="),
        ("language: 3", 3),
        ("base: &x a/b\nlanguage: *x", "a/b"),
    ],
)
def test_yaml(text: str, expected: object) -> None:
    value, problem = parse_front_matter(f"---\n{text}\n---\n# A card\n")
    assert problem is None
    assert value["language"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("# Title\n\n---\na: 1\n---\n", {}),
        ("---\n---\n", {}),
        ("---\n# only a comment\n---\n", {}),
        ("\n\n---\r\na: b\r\n---\r\ntext", {"a": "b"}),
        ("--- \na: b\n---", {"a": "b"}),
        ("---\na: |\n  x\n  --- y\n---\n", {"a": "x\n--- y\n"}),
    ],
)
def test_front_matter(text: str, expected: dict[str, str]) -> None:
    assert parse_front_matter(text) == (expected, None)


@given(st.text(alphabet="ab:-[]{}&*!|>'\"# \n\t<%@\\", max_size=60))
def test_front_matter_never_raises(text: str) -> None:
    value, problem = parse_front_matter(f"---\n{text}\n---\n")
    assert isinstance(value, dict)
    assert problem is None or not value


def test_cards_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "LONGEST", 100)
    for name, content in (("a", b"\xef\xbb\xbf" + CARD.encode()), ("b", b"---\nx: \xff\n---\n"), ("c", b"x" * 101)):
        write(tmp_path / "cards/o" / name / "README.md", content)
    write(tmp_path / "cards/o/d e/README.md", CARD)
    write(tmp_path / "cards/o/gone/README.md", CARD)
    found = find_inputs([tmp_path / "cards"])
    (tmp_path / "cards/o/gone/README.md").unlink()
    items = list(iter_items(found))
    assert ids(items) == ["o/a", "unreadable", "unreadable", "bad-id", "unreadable"]
    assert items[0].entry is not None
    assert items[0].entry.bases == ("gpt2",)


# -- Finding -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("models.jsonl", "model"),
        ("datasets.jsonl", "dataset"),
        ("hub-Dataset-list.json", "dataset"),
        ("x.jsonl", "model"),
        ("datasets/part-0.jsonl", "dataset"),
        ("datasets/models.jsonl", "model"),
        ("models/datasets.jsonl", "dataset"),
    ],
)
def test_kinds_by_name(tmp_path: Path, name: str, kind: str) -> None:
    path = write(tmp_path / "x" / name, TEXT)
    (found,) = find_inputs([path])
    assert found.kind == kind
    assert {item.kind for item in iter_items([found])} == {kind}
    (found,) = find_inputs([path.parent])
    assert found.kind == kind


def test_kinds_that_are_said(tmp_path: Path) -> None:
    path, other = write(tmp_path / "datasets.jsonl", TEXT), write(tmp_path / "x.jsonl", TEXT)
    assert [found.kind for found in find_inputs([], models=[path], datasets=[other])] == ["model", "dataset"]
    assert [found.kind for found in find_inputs([tmp_path], models=[path])] == ["model", "model"]
    assert [found.kind for found in find_inputs([str(tmp_path), path, path])] == ["dataset", "model"]


def test_a_folder_of_files_is_read_by_name(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl.gz", "c.ndjson", "notes.txt", "state.json", "README.md", ".hidden.jsonl"):
        write(tmp_path / name, gzip.compress(b"") if name.endswith(".gz") else "")
    assert [found.path.name for found in find_inputs([tmp_path])] == ["a.jsonl.gz", "b.jsonl", "c.ndjson"]


def test_a_folder_of_json(tmp_path: Path) -> None:
    write(tmp_path / "models.json", f"[{LINES[0]}]")
    write(tmp_path / "README.md", "About these files.")
    assert [found.form for found in find_inputs([tmp_path])] == ["document"]


def test_nothing_is_given() -> None:
    with pytest.raises(SourceError, match="nothing to read is given; give JSON lines"):
        find_inputs([])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.jsonl", None, "there is no such file or folder"),
        ("x.csv", b"id\n", r"x\.csv: this is of no form that can be read; give JSON lines"),
        ("x.parquet.gz", b"", "this is of no form that can be read"),
        ("x", b"{}", "this is of no form that can be read"),
        ("README.md", b"", "give the folder that has OWNER/NAME/README.md"),
        ("x.jsonl.gz", b'{"id": "a/b"}', "is not compressed by gzip; rename it"),
        ("empty/", None, "there is nothing to read in this folder; give JSON lines"),
        ("notes/a.txt", b"", "this is of no form"),
    ],
)
def test_what_cannot_be_an_input(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    path = tmp_path / name
    if name.endswith("/"):
        path.mkdir()
    elif content is not None:
        write(path, content)
    good = write(tmp_path / "good.jsonl", TEXT)
    with pytest.raises(SourceError, match=message) as caught:
        find_inputs([good, path])
    assert caught.value.path is not None


def test_neither_file_nor_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        find_inputs([tmp_path / "pipe.jsonl"])


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    path = write(tmp_path / "m.jsonl", TEXT)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError, match=r"m\.jsonl: cannot be read \(Permission denied\); check its permissions"):
        find_inputs([path])


def test_models_and_datasets_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", TEXT)
    with pytest.raises(SourceError, match="given as models and as datasets"):
        find_inputs([], models=[path], datasets=[tmp_path])


def test_an_input_that_is_gone_before_it_is_read(tmp_path: Path) -> None:
    found = find_inputs([write(tmp_path / "a.jsonl", TEXT), write(tmp_path / "b.jsonl", TEXT)])
    (tmp_path / "a.jsonl").unlink()
    items = list(iter_items(found))
    assert [codes(item) for item in items[:2]] == [["unreadable"], []]
    assert len(items) == 6


# -- Whether they are the same -------------------------------------------------------------------------------


def test_fingerprint(tmp_path: Path) -> None:
    path, card = write(tmp_path / "a" / "m.jsonl", TEXT), write(tmp_path / "cards/a/b.md", CARD)
    os.utime(path, ns=(1, 1))
    os.utime(card, ns=(1, 1))
    found = find_inputs([path, card.parents[1]])
    before = fingerprint(found)
    assert before == fingerprint(find_inputs([path, card.parents[1]]))
    assert len(before) == 64
    assert fingerprint(find_inputs([card.parents[1], path])) != before
    assert fingerprint(find_inputs([card.parents[1]], datasets=[path])) != before
    os.utime(path, ns=(2, 2))
    assert fingerprint(found) != before
    os.utime(path, ns=(1, 1))
    assert fingerprint(found) == before
    card.write_text(CARD + "x")
    os.utime(card, ns=(1, 1))
    assert fingerprint(found) != before
    card.unlink()
    with pytest.raises(SourceError, match="it was there before"):
        fingerprint(found)


def test_digest(tmp_path: Path) -> None:
    one, two = write(tmp_path / "1.jsonl", TEXT), write(tmp_path / "2.jsonl", b"")
    assert digest(find_inputs([one])) == hashlib.sha256(TEXT.encode()).hexdigest()
    assert digest(find_inputs([one, two, one])) == hashlib.sha256(TEXT.encode()).hexdigest()
    two.write_text(TEXT)
    found = find_inputs([one, two])
    assert digest(found) == hashlib.sha256((TEXT * 2).encode()).hexdigest()
    two.unlink()
    with pytest.raises(SourceError, match="it was there before"):
        digest(found)

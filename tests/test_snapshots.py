"""The facts of snapshots as files: what is written is read back, and what was there before is not lost."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itgraph.errors import SourceError
from itgraph.records import Cell, Issue, Link, Row, Snapshot, SnapshotFacts, Span, Table
from itgraph.resources import data_path
from itgraph.snapshots import (
    find_folders,
    format_registry,
    format_snapshot,
    known_snapshot,
    make_snapshot,
    read_registry,
    read_snapshot_folder,
    write_snapshot,
)

SNAPSHOT = Snapshot(id="2024-10-15", date="2024-10-15", sha256="a" * 64)
SPAN = Span(start=1, end=2)


def facts_of(*tables: Table, issues: tuple[Issue, ...] = ()) -> SnapshotFacts:
    return SnapshotFacts(snapshot=SNAPSHOT, tables=tables, references=(), issues=issues)


def one_row(*cells: Cell | None, columns: tuple[str, ...] = ("A", "B"), raw: tuple[str, ...] = ()) -> Table:
    row = Row(number=1, span=SPAN, cells=cells, raw=raw)
    return Table(id="t", layout="", heading="H", columns=columns, rows=(row,))


def written_and_read(facts: SnapshotFacts, folder: Path) -> SnapshotFacts:
    write_snapshot(facts, folder)
    return read_snapshot_folder(folder)


@pytest.mark.parametrize("snapshot", ["2023-09-05", "2024-10-15"])
def test_shipped_facts_are_written_as_they_are_shipped(snapshot: str, tmp_path: Path) -> None:
    shipped = data_path() / snapshot
    facts = read_snapshot_folder(shipped)
    assert written_and_read(facts, tmp_path / snapshot) == facts
    names = {path.name for path in shipped.iterdir()}
    assert {path.name for path in (tmp_path / snapshot).iterdir()} == names
    for name in names:
        assert (tmp_path / snapshot / name).read_bytes() == (shipped / name).read_bytes()


def test_lima_keeps_its_raw_cells() -> None:
    for snapshot, number in (("2023-09-05", 11), ("2024-10-15", 10)):
        facts = read_snapshot_folder(data_path() / snapshot)
        (row,) = [row for table in facts.tables if table.id == "models" for row in table.rows if row.raw]
        assert row.number == number
        assert len(row.raw) == 7
        assert row.cells[0] is not None
        assert row.cells[0].text.startswith("LIMA")


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(one_row(Cell(text='a,"b"\n| c \\|'), Cell(text=" ")), id="odd-text"),
        pytest.param(one_row(Cell(text=""), None, raw=("",)), id="one-empty-raw-cell"),
        pytest.param(one_row(None, Cell(text="x"), raw=("|", "a|b \\", "")), id="bars-in-raw-cells"),
        pytest.param(one_row(Cell(text="a", continued=True), Cell(text="b")), id="continued"),
        pytest.param(one_row(Cell(text="a"), Cell(text="b"), columns=("row", "raw")), id="columns-named-as-ours"),
        pytest.param(
            one_row(
                Cell(text="a", links=(Link(text="[x](y)", href=") ("), Link(text="", href=""))),
                Cell(text="b", citations=(3, 3, 12)),
                columns=("A", "A [links]"),
            ),
            id="column-named-as-links",
        ),
        pytest.param(
            one_row(Cell(text="a"), Cell(text="b", continued=True), columns=("\\row", "a | b")), id="bar-in-a-column"
        ),
        pytest.param(Table(id="t", layout="", heading="", columns=(), rows=()), id="nothing"),
    ],
)
def test_tables_are_read_back(table: Table, tmp_path: Path) -> None:
    if table.rows and table.rows[0].raw and table.rows[0].cells[0] == Cell(text=""):
        # In a row whose cells had to be moved, an empty cell is none.
        row = replace(table.rows[0], cells=(None, None))
        assert written_and_read(facts_of(table), tmp_path / "s").tables == (replace(table, rows=(row,)),)
        return
    assert written_and_read(facts_of(table), tmp_path / "s").tables == (table,)


_TEXT = st.text(
    st.one_of(st.sampled_from('|\\",[]() \n;=#'), st.characters(codec="utf-8", exclude_characters="\0\r")), max_size=15
)
_LINK = st.builds(Link, text=_TEXT, href=_TEXT)
_CELL = st.builds(
    Cell,
    text=_TEXT,
    links=st.lists(_LINK, max_size=2).map(tuple),
    citations=st.lists(st.integers(0, 99_999), max_size=2).map(tuple),
    continued=st.booleans(),
)


@st.composite
def _tables(draw: st.DrawFn, table_id: str) -> Table:
    columns = draw(st.lists(_TEXT.filter(str.strip), min_size=1, max_size=3, unique=True))
    rows = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        raw = tuple(draw(st.lists(_TEXT, max_size=3)))
        cells: list[Cell | None] = []
        for _ in columns:
            cell = draw(_CELL)
            is_nothing = not (cell.text or cell.links or cell.continued)
            # Where cells were moved, one that says nothing is none (see _read_row of the tables).
            cells.append(None if raw and is_nothing else cell)
        cells = [replace(c, citations=()) if c and raw and not (c.text or c.links) else c for c in cells]
        rows.append(Row(number=number, span=Span(start=number, end=number + 1), cells=tuple(cells), raw=raw))
    return Table(
        id=table_id,
        layout=draw(st.sampled_from(["", "models"])),
        heading=draw(_TEXT),
        columns=tuple(columns),
        rows=tuple(rows),
    )


_ISSUE = st.builds(
    Issue,
    code=st.sampled_from(["blank-row", "mojibake"]),
    severity=st.sampled_from(["error", "warning", "info"]),
    message=_TEXT,
    span=st.integers(1, 999).map(lambda line: Span(start=line, end=line)),
    table=st.sampled_from(["", "t"]),
    row=st.integers(0, 9),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(_tables("t"), _tables("t-2")), st.lists(_ISSUE, max_size=3))
def test_any_facts_are_read_back(tmp_path: Path, tables: tuple[Table, Table], issues: list[Issue]) -> None:
    facts = facts_of(*tables, issues=tuple(issues))
    folder = tmp_path / SNAPSHOT.id
    assert written_and_read(facts, folder) == facts
    assert format_snapshot(facts) == format_snapshot(read_snapshot_folder(folder))


_PRINTABLE = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.text(string.ascii_letters + string.digits, min_size=1, max_size=8),
        st.tuples(_PRINTABLE, _PRINTABLE),
        max_size=3,
    )
)
def test_a_registry_is_read_back(tmp_path: Path, entries: dict[str, tuple[str, str]]) -> None:
    known = {
        folder: Snapshot(id=folder, date="", sha256="", path=path or "README.md", repair=repair)
        for folder, (path, repair) in entries.items()
    }
    path = tmp_path / "snapshots.toml"
    path.write_bytes(format_registry(known).encode())
    assert read_registry(path) == known


def test_a_folder_is_entered_in_the_registry_beside_it(tmp_path: Path) -> None:
    write_snapshot(facts_of(), tmp_path / "b")
    write_snapshot(facts_of(), tmp_path / "a")
    assert read_registry(tmp_path / "snapshots.toml") == {"a": SNAPSHOT, "b": SNAPSHOT}
    assert known_snapshot(tmp_path / "a") == SNAPSHOT
    assert known_snapshot(tmp_path / "c") is None
    assert known_snapshot(tmp_path / "x" / "y") is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "snapshots.toml"]


def test_a_folder_of_ours_is_replaced_whole(tmp_path: Path) -> None:
    write_snapshot(facts_of(one_row(Cell(text="a"), None)), tmp_path / "s")
    write_snapshot(facts_of(), tmp_path / "s")
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == ["issues.csv", "tables.csv"]


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SourceError, match="lest files be lost"):
        write_snapshot(facts_of(), tmp_path / "s")
    with pytest.raises(SourceError, match="is a file"):
        write_snapshot(facts_of(), tmp_path / "s" / "thesis.txt")
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["thesis.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_snapshot(facts_of(one_row(Cell(text="a"), None)), tmp_path / "s")
    before = {path.name: path.read_bytes() for path in (tmp_path / "s").iterdir()}

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("write_text", "write_bytes"):
        monkeypatch.setattr(Path, name, fail)
    with pytest.raises(SourceError, match="No space left"):
        write_snapshot(facts_of(), tmp_path / "s")
    assert {path.name: path.read_bytes() for path in (tmp_path / "s").iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s", "snapshots.toml"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"id": "../x"}, "'../x' cannot be the id"),
        ({"id": ""}, "cannot be the id"),
        ({"id": "x", "date": "15.10.2024"}, "is not a date"),
        ({"id": "x", "date": "2024-13-01"}, "is not a date"),
        ({"id": "x", "commit": "c0ffee"}, "give all 40"),
        ({"id": "x", "sha256": "abc"}, "is not a SHA-256"),
        ({"id": "x", "repository": "https://a b"}, "is not a repository"),
        ({"id": "x", "repository": "a/b/c"}, "is not a repository"),
    ],
)
def test_values_that_cannot_be_right(values: dict[str, str], message: str) -> None:
    with pytest.raises(SourceError, match=f"^here: .*{message}"):
        make_snapshot("here", **values)


def test_values_as_people_type_them() -> None:
    snapshot = make_snapshot("here", id="2024-10-15", repository="o/r.git", commit="AB" * 20)
    assert (snapshot.date, snapshot.repository, snapshot.commit) == ("2024-10-15", "https://github.com/o/r", "ab" * 20)
    assert make_snapshot("here", id="v1").date == ""


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        pytest.param("tables.csv", "table,layout\n", "tables.csv:1: the header lacks heading, rows", id="header"),
        pytest.param(
            "tables.csv", "table,layout,heading,rows\n../x,,,1\n", "tables.csv:2: .* cannot be the name", id="path"
        ),
        pytest.param("tables.csv", "table,layout,heading,rows\nu,,,1\n", "u.csv: cannot be read", id="no-file"),
        pytest.param("t.csv", "row,line_start,line_end,spanned,raw,A\n1,1,2,,\n", "t.csv:2: 5 cells for 6", id="cells"),
        pytest.param(
            "t.csv",
            "row,line_start,line_end,spanned,raw,A\n2,1,2,,,x\n",
            "t.csv:2: row 2 stands where row 1",
            id="number",
        ),
        pytest.param(
            "t.csv",
            "row,line_start,line_end,spanned,raw,A\n1,x,2,,,x\n",
            "t.csv:2: line_start must be a number",
            id="line",
        ),
        pytest.param(
            "t.csv", "row,line_start,line_end,spanned,raw,A,A\n", "t.csv:1: the header has A twice", id="twice"
        ),
        pytest.param(
            "t.csv",
            "row,line_start,line_end,spanned,raw,A [links]\n",
            "t.csv:1: the column 'A .links.' belongs",
            id="links-alone",
        ),
        pytest.param(
            "t.csv",
            "row,line_start,line_end,spanned,raw,A,A [citations]\n1,1,2,,,x,y\n",
            "t.csv:2: A .citations. must be numbers",
            id="citations",
        ),
        pytest.param("t.csv", b"\xff", "t.csv: cannot be read", id="no-text"),
        pytest.param(
            "issues.csv",
            "line_start,line_end,table,row,severity,code,message\n1,1,,,bad,c,m\n",
            "issues.csv:2: severity",
            id="severity",
        ),
        pytest.param(
            "issues.csv",
            "line_start,line_end,table,row,severity,code,message\n1,1,,,info,C c,m\n",
            "issues.csv:2: 'C c' is not",
            id="code",
        ),
    ],
)
def test_a_wrong_file_is_named_with_its_line(file: str, content: str | bytes, message: str, tmp_path: Path) -> None:
    write_snapshot(facts_of(one_row(Cell(text="a"), None)), tmp_path / "s")
    (tmp_path / "s" / file).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SourceError, match=message):
        read_snapshot_folder(tmp_path / "s")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x", "not TOML"),
        ('a = "b"', "'a' must be a table"),
        ('[a]\nsha = "b"', r"\[a\] has unknown keys: sha"),
        ('[a]\ndate = "yesterday"', "is not a date"),
        (b"\xff", "not TOML"),
    ],
)
def test_a_wrong_registry(content: str | bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "snapshots.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SourceError, match=message):
        read_registry(path)


def test_folders_that_a_path_means(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no snapshot"):
        find_folders(tmp_path)
    with pytest.raises(SourceError, match="is not a folder"):
        find_folders(tmp_path / "none")
    for name in ("b", "a"):
        write_snapshot(facts_of(), tmp_path / name)
    assert find_folders(tmp_path) == [tmp_path / "a", tmp_path / "b"]
    assert find_folders(tmp_path / "b") == [tmp_path / "b"]


# -- layout files ------------------------------------------------------------------------------------------------------

_LAYOUT = '# mine\ntables.tools = { describes = "technique", columns = { "Tool" = "name", "For" = "note" } }\n'


def _tools(*layouts: str) -> SnapshotFacts:
    from itgraph.extract import extract
    from itgraph.names import make_names

    text = b"## Tools\n| Tool | For |\n|---|---|\n| Shears | wool |\n"
    snapshot = Snapshot(id="tools", date="2024-01-01", sha256="")
    return extract(text, snapshot, make_names(()), layout_files=layouts)


def test_layout_files_are_kept_in_the_folder_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "tools"
    facts = _tools(_LAYOUT, '[synonyms.any]\n"Stars" = "note"\n')
    write_snapshot(facts, folder)
    assert (folder / "layout-1.toml").read_text(encoding="utf-8") == _LAYOUT
    assert read_snapshot_folder(folder) == facts
    write_snapshot(_tools(), folder)  # they are ours, and go with the rest
    assert [path.name for path in folder.glob("layout-*")] == []


def test_a_layout_file_may_be_given_when_a_folder_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "tools"
    write_snapshot(_tools(_LAYOUT), folder)
    (folder / "layout-1.toml").unlink()
    with pytest.raises(SourceError, match=r"there is no layout 'tools'; .* --layout FILE"):
        read_snapshot_folder(folder)
    assert read_snapshot_folder(folder, [_LAYOUT]).layouts == (_LAYOUT,)


def test_a_broken_layout_file_in_a_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "tools"
    write_snapshot(_tools(_LAYOUT), folder)
    (folder / "layout-1.toml").write_text("tables = 1\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"layout-1\.toml: not a layout file: "):
        read_snapshot_folder(folder)

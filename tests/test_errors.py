from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from itgraph import errors
from itgraph.errors import (
    AmbiguousNameError,
    ExportError,
    ItgraphError,
    MissingExtraError,
    ParameterError,
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    RemoteStoreError,
    ShapesError,
    SourceError,
    StoreError,
    StoreLockedError,
    StoreUnavailableError,
    UnknownNameError,
    UnknownQueryError,
)

EXAMPLES: list[tuple[ItgraphError, str, int]] = [
    (SourceError("no such snapshot"), "no such snapshot", 3),
    (SourceError("not UTF-8", path=Path("README.md")), "README.md: not UTF-8", 3),
    (SourceError("no end of table", path="README.md", line=527), "README.md:527: no end of table", 3),
    (QueryError("no query"), "no query", 2),
    (QuerySyntaxError("expected '}'"), "query: expected '}'", 2),
    (QuerySyntaxError("expected '}'", line=3), "query:3: expected '}'", 2),
    (QuerySyntaxError("expected '}'", line=3, column=14, source="a.rq"), "a.rq:3:14: expected '}'", 2),
    (
        UnknownQueryError("teacher"),
        "no saved query is called 'teacher'; `itgraph query --list` shows them all",
        2,
    ),
    (
        UnknownQueryError("teacher", suggestions=["teachers", "teaching"]),
        (
            "no saved query is called 'teacher'; did you mean 'teachers' or 'teaching'?"
            " `itgraph query --list` shows them all"
        ),
        2,
    ),
    (UnknownNameError("zzz"), "nothing is called 'zzz'; check the spelling, or give its IRI", 2),
    (
        UnknownNameError("LLama", kind="model", suggestions=["LLaMA", "LLaMA 2", "LLaVA"]),
        "no model is called 'LLama'; did you mean 'LLaMA', 'LLaMA 2' or 'LLaVA'?",
        2,
    ),
    (
        AmbiguousNameError("Alpaca", candidates=["itd:alpaca", "itm:alpaca"]),
        (
            "'Alpaca' means more than one thing: itd:alpaca, itm:alpaca;"
            " give one of these, or the kind with the name, as in model/Alpaca"
        ),
        2,
    ),
    (ParameterError("is missing", parameter="model"), "parameter 'model': is missing", 2),
    (
        ParameterError("is missing", parameter="model", query="teachers-of-model"),
        "teachers-of-model, parameter 'model': is missing",
        2,
    ),
    (QueryRefusedError("SERVICE is not allowed"), "SERVICE is not allowed", 2),
    (
        QueryTimeoutError(0.5),
        "the query was stopped after 0.5 seconds; narrow it, add a LIMIT, or allow it more time",
        3,
    ),
    (
        QueryTimeoutError(1),
        "the query was stopped after 1 second; narrow it, add a LIMIT, or allow it more time",
        3,
    ),
    (StoreError("is damaged", location=Path("store")), "store: is damaged", 3),
    (StoreUnavailableError("does not answer", location="http://a:1"), "http://a:1: does not answer", 3),
    (StoreLockedError("is open elsewhere", location="store"), "store: is open elsewhere", 3),
    (RemoteStoreError("no body"), "no body", 3),
    (RemoteStoreError("busy", location="http://a:1", status=503), "http://a:1: HTTP 503: busy", 3),
    (
        MissingExtraError("the page", packages=["pyvis"], extra="explore"),
        'the page needs pyvis, which is not installed; `pip install "itgraph[explore]"` installs it',
        3,
    ),
    (
        MissingExtraError("the server", packages=["jinja2", "uvicorn"], extra="serve"),
        'the server needs jinja2 and uvicorn, which are not installed; `pip install "itgraph[serve]"` installs them',
        3,
    ),
    (ShapesError("the shapes are not RDF"), "the shapes are not RDF", 3),
    (ExportError("nothing to write"), "nothing to write", 3),
    (ExportError("holds no named graphs", format="turtle"), "turtle: holds no named graphs", 3),
]


@pytest.mark.parametrize(
    ("error", "message", "exit_code"),
    EXAMPLES,
    ids=[f"{type(error).__name__}: {error}" for error, *_ in EXAMPLES],
)
def test_message_and_exit_code(error: ItgraphError, message: str, exit_code: int) -> None:
    assert str(error) == message
    assert error.exit_code == exit_code


@pytest.mark.parametrize("error", [error for error, *_ in EXAMPLES], ids=str)
def test_an_error_comes_back_from_another_process_as_it_was(error: ItgraphError) -> None:
    error.add_note("while testing")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_attributes_are_what_was_given() -> None:
    assert vars(SourceError("m", path=Path("a.csv"), line=2)) == {"path": "a.csv", "line": 2}
    assert vars(QuerySyntaxError("m", line=3, column=14)) == {"line": 3, "column": 14, "source": None}
    assert vars(UnknownQueryError("q", suggestions=["p"])) == {"name": "q", "suggestions": ("p",)}
    assert vars(UnknownNameError("n", kind="model")) == {"name": "n", "kind": "model", "suggestions": ()}
    assert vars(AmbiguousNameError("n", candidates=["a", "b"])) == {"name": "n", "candidates": ("a", "b")}
    assert vars(ParameterError("m", parameter="p")) == {"parameter": "p", "query": None}
    assert vars(QueryTimeoutError(10)) == {"seconds": 10}
    assert vars(RemoteStoreError("m", location="l", status=500)) == {"location": "l", "status": 500}
    assert vars(ExportError("m", format="turtle")) == {"format": "turtle"}
    missing = MissingExtraError("m", packages=["pyvis"], extra="explore")
    assert vars(missing) == {"packages": ("pyvis",), "extra": "explore"}


def test_every_error_is_exported_drawn_and_tested() -> None:
    classes = {
        name: value for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)
    }
    assert sorted(classes) == errors.__all__
    assert errors.__doc__ is not None
    drawn = [line.split()[-1] for line in map(_name_column, errors.__doc__.splitlines()) if line]
    assert sorted(drawn) == errors.__all__
    tested = {type(error).__name__ for error, *_ in EXAMPLES}
    assert tested == set(errors.__all__) - {"ItgraphError"}


def test_the_tree_is_as_drawn() -> None:
    # The drawing indents by four columns a level: the parent is the nearest line above that is one level out.
    assert errors.__doc__ is not None
    ancestors: list[type] = []
    for line in errors.__doc__.splitlines():
        column = _name_column(line)
        if not column:
            continue
        name = column.split()[-1]
        level = column.index(name) // 4 - 1
        cls = getattr(errors, name)
        parent = ancestors[level - 1] if level else Exception
        assert cls.__bases__ == (parent,), name
        ancestors[level:] = [cls]


def _name_column(line: str) -> str:
    """Cut a line of the drawing after the class it names; other lines give nothing."""
    words = line.replace("├──", "   ").replace("└──", "   ").replace("│", " ").split()
    if not line.startswith("    ") or not words or not words[0].endswith("Error"):
        return ""
    return line[: line.index(words[0]) + len(words[0])]

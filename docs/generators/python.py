"""The Python reference, made from the source: signatures, what docstrings say, errors and examples.

The source is read and not run, so that the reference is the same whatever is installed.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from docs.generators.markdown import escape, fence

import itgraph

MODULES = (
    *("graph", "results", "lookup", "description", "lineage", "queries", "conflicts", "issues", "changes", "counts"),
    *("explorer", "documents", "export", "bridge", "store", "loading", "build", "extract", "shapes", "errors"),
)
"""The modules of the reference, in the order of use."""

_INTRODUCTION = """\
# Python reference

`import itgraph` gives `load`, `Graph`, `Table`, `Thing` and `ItgraphError`. What is below them can be imported from
its module and is what the command line is made of. [From Python](guide/python.md) shows how it is used.

Every error is an `itgraph.ItgraphError`. The examples are run by the tests, as doctests of the modules; some show
what happens where something is missing. This page is made from the source (`python -m docs.make`).
"""

_ROLE = re.compile(r":(?:\w+:)?\w+:`~?([^`]+)`")
_SECTIONS = ("Raises", "Returns", "Yields", "Args", "Arguments", "Attributes")


def write_python() -> Mapping[str, str]:
    """Return the reference of the modules, by its path."""
    folder = Path(itgraph.__file__).parent
    names = [f"- [itgraph.{name}](#itgraph{name})\n" for name in MODULES]
    parts = [_INTRODUCTION, "\n", *names]
    parts += [_describe_module(name, folder) for name in MODULES]
    return {"python.md": "".join(parts)}


def _describe_module(name: str, folder: Path) -> str:
    package = folder / name / "__init__.py"
    path = package if package.is_file() else folder / f"{name}.py"
    tree = _parse(path)
    parts = [f"\n## itgraph.{name}\n\n", format_docstring(ast.get_docstring(tree))]
    for public, node in _iter_public(tree, path):
        parts.append(_describe_node(public, node))
    return "".join(parts)


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _iter_public(tree: ast.Module, path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the public names of a module: those of ``__all__``, from where they are defined, else all that it has."""
    defined = _definitions(tree)
    exported = next(
        (ast.literal_eval(n.value) for n in tree.body if isinstance(n, ast.Assign) and _is_named(n, "__all__")), None
    )
    if exported is None:
        exported = [name for name in defined if not name.startswith("_")]
    elsewhere = {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    order = list(defined)
    for name in sorted(exported, key=lambda one: order.index(one) if one in defined else len(order)):
        if name in defined:
            yield name, defined[name]
        elif name in elsewhere:
            module, original = elsewhere[name]
            if module.startswith("itgraph."):
                found = _home(path).joinpath(*module.split(".")[1:])
                module_file = found.with_suffix(".py")
                source = module_file if module_file.is_file() else found / "__init__.py"
                node = _definitions(_parse(source)).get(original)
                if node is not None:
                    yield name, node


def _home(path: Path) -> Path:
    """Return the folder of the package that a module is in."""
    return next(parent for parent in path.parents if parent.name == "itgraph")


def _is_named(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    return {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node)
    }


def _describe_node(name: str, node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef):
        return f"\n### {name}\n\n{_signature(node, name)}\n{format_docstring(ast.get_docstring(node))}"
    assert isinstance(node, ast.ClassDef)
    bases = [_unparse(base) for base in node.bases]
    fields = [
        f"    {_unparse(item)}"
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and not item.target.id.startswith("_")
    ]
    head = f"class {name}({', '.join(bases)})" if bases else f"class {name}"
    shown = "\n".join([f"{head}:", *fields]) if fields else head
    parts = [f"\n### {name}\n\n", fence(shown, "python"), "\n", format_docstring(ast.get_docstring(node))]
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and not item.name.startswith("_") and ast.get_docstring(item):
            is_property = any(_unparse(one) == "property" for one in item.decorator_list)
            signature = "" if is_property else f"{_signature(item, item.name)}\n"
            parts.append(f"\n#### {name}.{item.name}\n\n{signature}{format_docstring(ast.get_docstring(item))}")
    return "".join(parts)


def _signature(node: ast.FunctionDef, name: str) -> str:
    """Return a signature as it is written, without ``self``; an argument a line where it is long."""
    arguments = _unparse(node.args)
    arguments = re.sub(r"^(self|cls)(, |$)", "", arguments)
    returns = f" -> {_unparse(node.returns)}" if node.returns else ""
    line = f"{name}({arguments}){returns}"
    if len(line) > 100:
        pieces = "".join(f"    {piece},\n" for piece in _split(arguments))
        line = f"{name}(\n{pieces}){returns}"
    return fence(line, "python")


def _unparse(node: ast.AST) -> str:
    """Return source as the formatter of our code would write it, with double quotes.

    >>> _unparse(ast.parse("size: str = ''"))
    'size: str = ""'
    """
    return re.sub(r"'([^'\"\\]*)'", r'"\1"', ast.unparse(node))


def _split(arguments: str) -> list[str]:
    """Split at the commas that part arguments.

    >>> _split("a: dict[str, int], b=(1, 2)")
    ['a: dict[str, int]', 'b=(1, 2)']
    """
    pieces, depth = [""], 0
    for character in arguments:
        depth += {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += character
    return [piece.strip() for piece in pieces]


def format_docstring(text: str | None) -> str:
    r"""Return a docstring as Markdown: paragraphs, sections, examples, and blocks that are to stay as they are.

    >>> print(format_docstring("Find it.\n\nRaises:\n    KeyError: it is ``None``."), end="")
    Find it.
    <BLANKLINE>
    **Raises**
    <BLANKLINE>
    - `KeyError`: it is `None`.
    """
    if not text:
        return ""
    parts: list[str] = []
    blocks = [block for block in re.split(r"\n\s*\n", inspect.cleandoc(text)) if block.strip()]
    is_literal = False
    for block in blocks:
        if is_literal and block.startswith(("    ", "\t")):
            parts.append(fence(inspect.cleandoc("\n" + block), "text"))
            continue
        is_literal = block.rstrip().endswith("::")
        section = re.match(rf"({'|'.join(_SECTIONS)}):\n", block)
        if block.lstrip().startswith(">>>"):
            parts.append(fence(block, "pycon"))
        elif section:
            items = _items(block[section.end() :])
            parts.append(f"**{section[1]}**\n\n" + "".join(f"- {item}\n" for item in items))
        elif block.startswith("==="):
            parts.append(fence(block, "text"))
        elif re.match(r"- |\d\. ", block):
            items = re.split(r"\n(?=- |\d\. )", block)
            parts.append("".join(f"- {_inline(re.sub(r'^(- |[0-9]. )', '', item))}\n" for item in items))
        else:
            parts.append(_inline(block.rstrip().removesuffix("::") + (":" if is_literal else "")) + "\n")
    return "\n".join(parts)


def _items(body: str) -> list[str]:
    items: list[str] = []
    for line in inspect.cleandoc("\n" + body).splitlines():
        if line.startswith(" ") and items:
            items[-1] += f" {line.strip()}"
        else:
            items.append(line.strip())
    shown = []
    for item in items:
        name, colon, rest = item.partition(": ")
        names = ", ".join(f"`{one.strip()}`" for one in name.split(","))
        shown.append(f"{names}: {_inline(rest)}" if colon else _inline(item))
    return shown


def _inline(text: str) -> str:
    """Turn the marks of docstrings into those of Markdown; what is between them is shown as it is."""
    line = _ROLE.sub(lambda match: f"``{match[1].split('.')[-1]}``", " ".join(text.split()))
    pieces = re.split(r"(``.+?``|`[^`]+`)", line)
    return "".join(
        f"`{piece.strip('`')}`" if piece.startswith("`") and piece.endswith("`") else _emphasis(piece)
        for piece in pieces
    )


def _emphasis(text: str) -> str:
    kept = re.split(r"(\*\*?[^*\s][^*]*\*\*?)", text)
    return "".join(piece if number % 2 else escape_keeping_space(piece) for number, piece in enumerate(kept))


def escape_keeping_space(text: str) -> str:
    """Escape text without losing the spaces at its ends."""
    start = " " if text[:1] == " " else ""
    end = " " if len(text) > 1 and text[-1:] == " " else ""
    return f"{start}{escape(text)}{end}" if text.strip() else text

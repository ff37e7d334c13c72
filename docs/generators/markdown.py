"""Markdown that reads the same on a forge and on the site: text, tables, links and the cells of answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode

from itgraph.results import format_iri, printable

LONGEST_CELL = 160
"""So many characters of a value are shown; the commands give the whole."""

LONGEST_LINK = 48
"""So many characters of an address are shown; the link leads to the whole."""


def escape(text: str) -> str:
    r"""Return text that Markdown shows as it is, on one line.

    >>> escape("a | b <i> *c* [d]")
    'a \\| b &lt;i> \\*c\\* \\[d\\]'
    """
    line = " ".join(printable(text, keep="\n\t").split())
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;"))


def prose(text: str) -> str:
    """Return text in which ``terms`` and addresses are marked up, and nothing else.

    >>> prose("Concludes itg:trainedOn, from <a> to b.")
    'Concludes `itg:trainedOn`, from &lt;a> to b.'
    """
    escaped = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
    return re.sub(
        r"(?<![\w`/:])((?:itg|itm|itd|prov|rdfs|skos|schema|fair4ml|dcterms|owl|cito):[A-Za-z](?:[\w+-]*\w)?[+*]?)",
        lambda match: code(match[1].replace("\\_", "_")),
        escaped,
    )


def code(text: str) -> str:
    """Return text as code, on one line, in a way that a cell of a table can hold."""
    line = " ".join(printable(text, keep="\n\t").split()).replace("|", "\\|")
    return f"`` {line} ``" if "`" in line else f"`{line}`"


def fence(text: str, language: str) -> str:
    """Return text as a block of code."""
    marks = "````" if "```" in text else "```"
    return f"{marks}{language}\n{text.rstrip()}\n{marks}\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return a table of cells that are Markdown already; columns of numbers stand to the right."""
    marks = ["---:" if number in right else "---" for number in range(len(header))]
    lines = [header, marks, *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def link(address: str, text: str = "") -> str:
    """Return a link to an address, with as much of it as a reader needs.

    >>> link("https://github.com/a/b/blob/0123456789abcdef0123456789abcdef01234567/README.md#L3-L4")
    '[README.md, lines 3-4](https://github.com/a/b/blob/0123456789abcdef0123456789abcdef01234567/README.md#L3-L4)'
    >>> link("javascript:alert(1)")
    '`javascript:alert(1)`'
    """
    if not re.match(r"https?://[^\s<>()\[\]|`]+\Z", address):
        return code(address)
    lines = re.search(r"/([^/#]+)#L(\d+)(?:-L(\d+))?\Z", address)
    if lines and not text:
        last = f"-{lines[3]}" if lines[3] else ""
        text = f"{lines[1]}, line{'s' if last else ''} {lines[2]}{last}"
    return f"[{escape(text or shorten(re.sub(r'^https?://(www[.])?', '', address), LONGEST_LINK))}]({address})"


def shorten(text: str, longest: int = LONGEST_CELL) -> str:
    """Return the beginning and the end of a text that is too long.

    >>> shorten("0123456789", 7)
    '012…789'
    """
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[:half].rstrip()}…{text[-half:].lstrip()}"


def cell(term: NamedNode | Literal | BlankNode | None) -> str:
    """Return a term as a cell: what is ours by its short name, what is elsewhere as a link."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        short = format_iri(term.value)
        return code(short) if short != term.value else link(term.value)
    if isinstance(term, Literal):
        text = term.value
        return link(text) if re.match(r"https?://\S+\Z", text) else escape(shorten(text))
    return code(str(term))

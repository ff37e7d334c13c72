"""The reference list as BibTeX: one entry for each item, with the lines and the words that it was read from.

Entries are written in one fixed form and read back by bibtexparser, so that a person may edit them by hand. Text is
UTF-8; of TeX only the ten special characters are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from itgraph.errors import SourceError
from itgraph.records import Link, Reference, Span
from itgraph.survey.links import format_link, parse_links

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_UNESCAPES = {escaped: plain for plain, escaped in _ESCAPES.items()}
_ESCAPED = re.compile("|".join(re.escape(escaped) for escaped in sorted(_UNESCAPES, key=len, reverse=True)))


def escape_tex(text: str) -> str:
    """Escape TeX's special characters."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def unescape_tex(text: str) -> str:
    """Undo :func:`escape_tex`."""
    return _ESCAPED.sub(lambda match: _UNESCAPES[match[0]], text)


def format_references(references: Sequence[Reference]) -> str:
    """Write a reference list as BibTeX."""
    return "\n".join(_format_entry(key, reference) for key, reference in zip(entry_keys(references), references, strict=True))


def entry_keys(references: Iterable[Reference]) -> list[str]:
    """Return a citation key for each item: ``ref7``, and ``ref3-2`` for the second item of one number."""
    seen: dict[int, int] = {}
    keys = []
    for reference in references:
        seen[reference.number] = count = seen.get(reference.number, 0) + 1
        keys.append(f"ref{reference.number}" if count == 1 else f"ref{reference.number}-{count}")
    return keys


def bibtex_fields(reference: Reference) -> dict[str, str]:
    """Return the fields that any BibTeX user expects, as plain text, in the order in which they are written.

    Names are joined as BibTeX wants it; a list that is cut short ends in ``and others``. A name that is an
    organisation, or that has ``and`` in it, needs braces: they are marked by ``{`` and ``}`` and are not escaped.
    """
    names = [f"{{{name}}}" if " " not in name or re.search(r"\band\b", name) else name for name in reference.authors]
    if not reference.complete:
        names.append("others")
    fields = {
        "author": " and ".join(names),
        "title": reference.title,
        "year": reference.year,
        "eprint": reference.arxiv_id,
        "archiveprefix": "arXiv" if reference.arxiv_id else "",
        "doi": reference.doi,
        "url": next((link.href for link in reference.links if link.href), ""),
    }
    return {name: value for name, value in fields.items() if value}


def format_bibtex_entry(key: str, fields: dict[str, str]) -> str:
    """Write one entry. Titles are kept from BibTeX's lower-casing by a second pair of braces."""
    lines = [f"@misc{{{key},"]
    for name, value in fields.items():
        if name == "author":
            escaped = escape_tex(value).replace(r"\{", "{").replace(r"\}", "}")
        elif name in ("url", "doi", "eprint"):
            escaped = escape_tex(value)
        else:
            escaped = escape_tex(value)
        lines.append(f"  {name:<13} = {{{{{escaped}}}}}," if name == "title" else f"  {name:<13} = {{{escaped}}},")
    return "\n".join([*lines, "}", ""])


def _format_entry(key: str, reference: Reference) -> str:
    fields = bibtex_fields(reference)
    fields.pop("url", None)
    fields["links"] = " ".join(format_link(link) for link in reference.links)
    fields["number"] = str(reference.number)
    fields["lines"] = f"{reference.span.start}-{reference.span.end}"
    fields["written"] = reference.text
    return format_bibtex_entry(key, {name: value for name, value in fields.items() if value})


def read_references_file(path: Path) -> tuple[Reference, ...]:
    """Read ``references.bib``.

    Raises:
        SourceError: the file is not BibTeX, or an entry lacks what only it can say (number, lines).
    """
    import bibtexparser
    from bibtexparser.library import Library

    library: Library = bibtexparser.parse_string(path.read_text(encoding="utf-8"), parse_stack=[])
    for block in library.failed_blocks:
        line = (block.start_line or 0) + 1
        raise SourceError(f"{path}:{line}: not a BibTeX entry: {(block.raw or '').strip()[:80]!r}")
    references = []
    for entry in library.entries:
        where = f"{path}:{(entry.start_line or 0) + 1}"
        fields = {field.key: _strip_braces(str(field.value)) for field in entry.fields}
        try:
            start, _, end = fields["lines"].partition("-")
            span = Span(start=int(start), end=int(end or start))
            number = int(fields["number"])
        except (KeyError, ValueError) as error:
            raise SourceError(f"{where}: entry {entry.key!r} needs number = {{N}} and lines = {{FIRST-LAST}}") from error
        names = _split_authors(fields.get("author", ""))
        complete = not (names and names[-1] == "others")
        text = {name: unescape_tex(value) for name, value in fields.items()}
        references.append(
            Reference(
                position=len(references) + 1,
                number=number,
                span=span,
                text=text.get("written", ""),
                authors=tuple(unescape_tex(_strip_braces(name)) for name in (names if complete else names[:-1])),
                complete=complete,
                title=_strip_braces_once(text.get("title", "")),
                year=text.get("year", ""),
                arxiv_id=text.get("eprint", ""),
                doi=text.get("doi", ""),
                links=_links(text),
            )
        )
    return tuple(references)


def _links(text: dict[str, str]) -> tuple[Link, ...]:
    return parse_links(text.get("links", ""))


def _strip_braces(value: str) -> str:
    """Take off the delimiters of a value, and the pair that protects a title or an organisation."""
    for _ in range(2):
        if (value.startswith("{") and _closes_at_end(value)) or (value.startswith('"') and value.endswith('"') and len(value) > 1):
            value = value[1:-1]
    return value


def _strip_braces_once(value: str) -> str:
    return value


def _closes_at_end(value: str) -> bool:
    depth = 0
    for index, character in enumerate(value):
        if character == "\\":
            continue
        if value[index - 1 : index] == "\\":
            continue
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return index == len(value) - 1
    return False


def _split_authors(value: str) -> list[str]:
    """Split at ``and`` outside braces."""
    names: list[str] = []
    depth = 0
    current: list[str] = []
    for word in value.split(" "):
        depth += word.count("{") - word.count("}")
        if word == "and" and depth == 0:
            names.append(" ".join(current))
            current = []
        else:
            current.append(word)
    if current and any(current):
        names.append(" ".join(current))
    return names

"""The reference list as BibTeX: one entry for each item, with the lines and the words that it was read from.

Entries are written in one fixed form and read back by bibtexparser, so that a person may edit them by hand. Text is
UTF-8; of TeX only the ten special characters are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from itgraph.errors import SourceError
from itgraph.records import Reference, Span
from itgraph.survey.links import format_link, parse_links
from itgraph.survey.people import parse_name

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
    return "\n".join(
        _format_entry(key, reference) for key, reference in zip(entry_keys(references), references, strict=True)
    )


def entry_keys(references: Iterable[Reference]) -> list[str]:
    """Return a citation key for each item: ``ref7``, and ``ref3-2`` for the second item of one number."""
    seen: dict[int, int] = {}
    keys = []
    for reference in references:
        seen[reference.number] = count = seen.get(reference.number, 0) + 1
        keys.append(f"ref{reference.number}" if count == 1 else f"ref{reference.number}-{count}")
    return keys


def _format_entry(key: str, reference: Reference) -> str:
    # BibTeX joins names by `and`, and takes one in braces as it stands: an organisation, or a name with `and` in it.
    names = [
        f"{{{escape_tex(name)}}}"
        if parse_name(name).is_organization or re.search(r"\band\b|,.*,", name)
        else escape_tex(name)
        for name in reference.authors
    ]
    if not reference.complete:
        names.append("others")
    fields = {
        "author": " and ".join(names),
        # A second pair of braces keeps BibTeX from lower-casing a title.
        "title": f"{{{escape_tex(reference.title)}}}" if reference.title else "",
        "year": escape_tex(reference.year),
        "eprint": escape_tex(reference.arxiv_id),
        "archiveprefix": "arXiv" if reference.arxiv_id else "",
        "doi": escape_tex(reference.doi),
        "links": escape_tex(" ".join(format_link(link) for link in reference.links)),
        "number": str(reference.number),
        "lines": f"{reference.span.start}-{reference.span.end}",
        "written": escape_tex(reference.text),
    }
    lines = [f"  {name:<13} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def read_references_file(path: Path) -> tuple[Reference, ...]:
    """Read ``references.bib``.

    Raises:
        SourceError: the file is not BibTeX, or an entry lacks what only it can say (number, lines).
    """
    import bibtexparser

    try:
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read().replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read: {error}", path=path) from error
    library = bibtexparser.parse_string(  # type: ignore[attr-defined]
        text, parse_stack=[]
    )
    for block in library.failed_blocks:
        message = f"not a BibTeX entry: {(block.raw or '').strip()[:80]!r}"
        raise SourceError(message, path=path, line=(block.start_line or 0) + 1)
    references: list[Reference] = []
    for entry in library.entries:
        fields = {field.key.lower(): _strip_delimiters(str(field.value)) for field in entry.fields}
        try:
            start, _, end = fields["lines"].partition("-")
            span = Span(start=int(start), end=int(end or start))
            number = int(fields["number"])
            if not 1 <= span.start <= span.end:
                raise ValueError("no lines of a file")
        except (KeyError, ValueError) as error:
            message = f"entry {entry.key!r} needs number = {{N}} and lines = {{FIRST-LAST}}"
            raise SourceError(message, path=path, line=(entry.start_line or 0) + 1) from error
        names = split_names(fields.get("author", ""))
        complete = names[-1:] != ["others"]
        plain = {name: unescape_tex(value) for name, value in fields.items()}
        references.append(
            Reference(
                position=len(references) + 1,
                number=number,
                span=span,
                text=plain.get("written", ""),
                authors=tuple(unescape_tex(_strip_braces(name)) for name in (names if complete else names[:-1])),
                complete=complete,
                title=unescape_tex(_strip_braces(fields.get("title", ""))),
                year=plain.get("year", ""),
                arxiv_id=plain.get("eprint", ""),
                doi=plain.get("doi", ""),
                links=parse_links(plain.get("links", "")),
            )
        )
    return tuple(references)


def _strip_delimiters(value: str) -> str:
    """Take the braces or quotes off that a value stands in; a person may have written it over several lines."""
    inner = _strip_braces(value)
    if inner == value and len(value) > 1 and value.startswith('"') and value.endswith('"'):
        inner = value[1:-1]
    return re.sub(r"\s*\n\s*", " ", inner).strip()


def _strip_braces(value: str) -> str:
    """Take off a pair of braces around the whole."""
    if not value.startswith("{"):
        return value
    depth = 0
    for match in re.finditer(r"\\.|[{}]", value, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return value[1:-1] if match.end() == len(value) else value
    return value


def split_names(value: str) -> list[str]:
    """Split a list of authors at ``and``, but not inside braces.

    >>> split_names("Touvron, Hugo and {Barnes and Noble} and others")
    ['Touvron, Hugo', '{Barnes and Noble}', 'others']
    """
    names: list[list[str]] = [[]]
    depth = 0
    for word in value.split():
        if word == "and" and depth == 0:
            names.append([])
            continue
        names[-1].append(word)
        depth += sum({"{": 1, "}": -1}.get(brace, 0) for brace in re.findall(r"\\.|[{}]", word))
    return [" ".join(words) for words in names if words]

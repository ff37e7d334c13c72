"""The papers of a graph as BibTeX: UTF-8, authors in order, a readable key for each.

Of a paper that the graph knows by its arXiv identifier alone, nothing is made up: the entry has the identifier for a
title, the year that is part of it, and a note that styles do not print (``annote``) of what is still to be filled in.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad

from itgraph import terms
from itgraph.arrangement import natural_key
from itgraph.export.things import Things, authors_of, integers
from itgraph.survey.bibtex import escape_tex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Words that say nothing in a key.
_LITTLE_WORDS = frozenset("a an and are as at by for from how in into is it of on or the to via what when with".split())
_TO_FILL_IN = "Known here by its arXiv identifier alone: title and authors are to be filled in."
_QUALIFIER = re.compile(r"\s*\([^()]*\)\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper in a bibliography: its key, its IRI, its fields as they are written."""

    key: str
    paper: str
    fields: Mapping[str, str]


def format_bibtex(quads: Iterable[Quad]) -> bytes:
    """Write every paper as an entry, in the order of their keys."""
    return "\n".join(map(format_entry, make_entries(quads))).encode()


def make_entries(quads: Iterable[Quad]) -> list[Entry]:
    """Return an entry for every paper, in the order of their keys."""
    things = Things.of(quads)
    keys = _entry_keys(things, things.of_class(terms.PAPER))
    return [Entry(key, paper, _fields(things, paper)) for key, paper in sorted((key, p) for p, key in keys.items())]


def format_entry(entry: Entry) -> str:
    """Write an entry.

    >>> print(format_entry(Entry("touvron2023llama", "", {"title": "{Llama}", "year": "2023"})), end="")
    @misc{touvron2023llama,
      title         = {{Llama}},
      year          = {2023},
    }
    """
    lines = [f"  {name:<13} = {{{value}}}," for name, value in entry.fields.items()]
    return "\n".join([f"@misc{{{entry.key},", *lines, "}", ""])


def _tex(text: str) -> str:
    # BibTeX counts braces, also escaped ones.
    escaped = escape_tex(" ".join(text.split()))
    return escaped.replace(r"\{", r"\textbraceleft{}").replace(r"\}", r"\textbraceright{}")


def _verbatim(text: str) -> str:
    """Return an address as it is, but for what would end the field."""
    return re.sub(r"[\s{}\\]", lambda match: f"%{ord(match[0]):02X}", text)


def _fields(things: Things, paper: str) -> dict[str, str]:
    def first(predicate: str) -> str:
        return next(iter(things.texts(paper, predicate)), "")

    authors = [_author(things, author) for author in authors_of(things, paper)]
    if "false" in things.texts(paper, terms.AUTHOR_LIST_COMPLETE):
        authors.append("others")
    arxiv_id = first(terms.ARXIV_ID)
    note = ""
    if _is_bare(things, paper):
        described = ", ".join(map(things.label, things.leading_to(terms.DESCRIBED_IN, paper)))
        note = f"Describes {described}. {_TO_FILL_IN}" if described else _TO_FILL_IN
    fields = {
        "author": " and ".join(authors),
        # In braces of its own, or styles would change its capitals.
        "title": f"{{{_tex(things.label(paper))}}}",
        "year": _year(things, paper),
        "eprint": _verbatim(arxiv_id),
        "archiveprefix": "arXiv" if arxiv_id else "",
        "doi": _verbatim(first(terms.BIBO_DOI)),
        "url": _verbatim(first(terms.SCHEMA_URL)),
        "annote": _tex(note),
    }
    return {name: value for name, value in fields.items() if value}


def _is_bare(things: Things, paper: str) -> bool:
    """Say whether a paper is known by its arXiv identifier alone: no survey cites it."""
    return things.label(paper) in {f"arXiv:{arxiv_id}" for arxiv_id in things.texts(paper, terms.ARXIV_ID)}


def _year(things: Things, paper: str) -> str:
    issued = integers(things.texts(paper, terms.DCTERMS_ISSUED))
    if not issued and _is_bare(things, paper):
        # Of an identifier such as 2310.06825 the first two digits are the year of submission, since April 2007:
        # https://info.arxiv.org/help/arxiv_identifier.html
        numbered = (re.match(r"(\d\d)\d\d\.\d{4,5}", arxiv_id) for arxiv_id in things.texts(paper, terms.ARXIV_ID))
        issued = [2000 + int(match[1]) for match in numbered if match]
    return str(min(issued, default=""))


def _author(things: Things, author: str) -> str:
    """Return a name for BibTeX: in braces where it is not to be taken apart."""
    name = _name(things, author)
    whole = _is_organization(things, author) or " " not in name or re.search(r"\b(and|others)\b|,", name, re.IGNORECASE)
    return f"{{{_tex(name)}}}" if whole else _tex(name)


def _name(things: Things, author: str) -> str:
    name = " ".join(things.label(author).split())
    # "Yue Zhang (Soochow University)": what tells two people of one name apart is no part of the name.
    return name if _is_organization(things, author) else _QUALIFIER.sub("", name) or name


def _is_organization(things: Things, author: str) -> bool:
    return NamedNode(terms.ORGANIZATION) in things.current.get(author, {}).get(terms.RDF_TYPE, ())


def _entry_keys(things: Things, papers: Iterable[str]) -> dict[str, str]:
    """Return a key for each paper: ``touvron2023llama``, and ``touvron2023llama-b`` for a second.

    The first is the one whose IRI comes first, so that keys do not depend on anything but the papers.
    """
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for paper in sorted(papers, key=natural_key):
        authors = authors_of(things, paper)
        if _is_bare(things, paper) and not authors:
            keys[paper] = _free(_ascii(things.label(paper)).replace(" ", "-"), taken)
            continue
        name = ""
        if authors:
            words = _ascii(_name(things, authors[0])).split()
            name = words[0 if _is_organization(things, authors[0]) else -1] if words else ""
        title = [word for word in _ascii(things.label(paper)).split() if word not in _LITTLE_WORDS]
        base = f"{name}{_year(things, paper)}{title[0] if title else ''}" or "paper"
        keys[paper] = _free(base, taken)
    return keys


def _free(base: str, taken: set[str]) -> str:
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{chr(96 + number) if number <= 26 else number}"
    taken.add(key)
    return key


def _ascii(text: str) -> str:
    """Return lower-case words of ASCII letters and digits; a hyphen or an apostrophe does not part a word."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=[a-z0-9])['’-](?=[a-z0-9])", "", plain)).strip()

"""Addresses as they stand in surveys: which are usable, and which work or repository they name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from itgraph.records import Issue, Link, Severity, Span

# Hosts that documentation and templates use; a template of the survey itself is full of https://www.example.com/project1.
_PLACEHOLDER_HOST = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|localhost)$|\.(?:example|invalid|test)$")
# An address that stops before its identifier.
_UNFINISHED = re.compile(r"https?://arxiv\.org/(?:abs|pdf)/?", re.IGNORECASE)
# An http(s) IRI as RFC 3987 has it, but for IP literals in brackets, which no survey cites.
_LETTER = (
    "(?:[-A-Za-z0-9._~!$&'()*+,;=\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 15))
    + "]|%[0-9A-Fa-f]{2})"
)
_ADDRESS = re.compile(
    rf"https?://(?:{_LETTER}++@)?(?P<host>{_LETTER}++)(?::\d{{1,5}})?+(?![:@%])"
    rf"(?:/(?:{_LETTER}|[:@/])*+)?(?:\?(?:{_LETTER}|[:@/?])*+)?(?:#(?:{_LETTER}|[:@/?])*+)?",
    re.IGNORECASE,
)
_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf|html)/(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.IGNORECASE)
_DOI = re.compile(r"doi\.org/(?P<doi>10\.\d{4,9}/[^\s?#]+)", re.IGNORECASE)
# nature.com names an article by the suffix of its DOI.
_NATURE = re.compile(r"nature\.com/articles/(?P<suffix>s\d{5}-\d{3}-\d{5}-[\dx])", re.IGNORECASE)
_PAPER_HOSTS = (
    "arxiv.org",
    "aclanthology.org",
    "openreview.net",
    "doi.org",
    "nature.com",
    "neurips.cc",
    "mlr.press",
    "thecvf.com",
    "semanticscholar.org",
    "acm.org",
    "ieee.org",
    "springer.com",
    "sciencedirect.com",
    "aaai.org",
    "jmlr.org",
    "biorxiv.org",
    "medrxiv.org",
    "mitpress.mit.edu",
    "pnas.org",
    "science.org",
    "isca-speech.org",
    "ijcai.org",
    "usenix.org",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What could be made of an href: a usable ``iri`` or none, and the defect if there is one."""

    iri: str = ""
    code: str = ""
    severity: Severity = "warning"
    problem: str = ""
    junk: str = ""


def parse_address(href: str) -> Address:
    """Read an href.

    >>> parse_address("https://arxiv.org/abs/2305.11206 ｜  -")
    Address(iri='https://arxiv.org/abs/2305.11206', code='url-trailing-junk', severity='warning', \
problem="the address is followed by '｜  -', which was removed", junk='｜  -')
    >>> parse_address("javascript:alert(1)").iri
    ''
    """
    written = href.strip()
    if not written:
        return Address(code="empty-href", problem="the link has no address")
    match = _ADDRESS.match(written)
    if match is None or not ("." in match["host"].strip(".") or match["host"].lower() == "localhost"):
        return Address(
            code="non-url-href", problem=f"the link's address is {_shown(written)}, which is not a web address"
        )
    head, junk, host = match[0], written[match.end() :].strip(), match["host"].lower()
    if _PLACEHOLDER_HOST.search(host) or _UNFINISHED.fullmatch(head):
        return Address(code="placeholder-url", problem=f"{_shown(head)} is a placeholder, not an address")
    if junk:
        problem = f"the address is followed by {_shown(junk)}, which was removed"
        return Address(iri=head, code="url-trailing-junk", problem=problem, junk=junk)
    return Address(iri=head)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "...")


def address_issue(address: Address, span: Span, where: str) -> Issue | None:
    """Return the issue of an address, if it has one; ``where`` says which link it is."""
    if not address.code:
        return None
    return Issue(code=address.code, severity=address.severity, message=f"{where}: {address.problem}", span=span)


def find_arxiv_id(text: str) -> str:
    """Return the arXiv id in an address, without its version; empty where there is none.

    >>> find_arxiv_id("https://arxiv.org/pdf/2306.02707.pdf")
    '2306.02707'
    """
    match = _ARXIV.search(text)
    return match["id"] if match else ""


def find_doi(text: str) -> str:
    """Return the DOI that an address stands for; empty where there is none.

    >>> find_doi("https://www.nature.com/articles/s42256-023-00626-4")
    '10.1038/s42256-023-00626-4'
    """
    if match := _DOI.search(text):
        return match["doi"].rstrip(".,;)")
    if match := _NATURE.search(text):
        return f"10.1038/{match['suffix']}"
    return ""


def is_paper_address(iri: str) -> bool:
    """Tell whether an address is that of a publisher, preprint server or PDF, and not of a blog or a product page."""
    parts = urlsplit(iri)
    host = (parts.hostname or "").lower()
    return parts.path.lower().endswith(".pdf") or any(
        host == known or host.endswith("." + known) for known in _PAPER_HOSTS
    )


def format_link(link: Link) -> str:
    """Write a link as one line of text, such that :func:`parse_links` reads it back whatever it holds."""
    return f"[{_escape(link.text)}]({_escape(link.href)})"


def parse_links(text: str) -> tuple[Link, ...]:
    """Read what :func:`format_link` wrote, links separated by a space."""
    return tuple(
        Link(text=_unescape(match["text"]), href=_unescape(match["href"])) for match in _WRITTEN_LINK.finditer(text)
    )


_WRITTEN_LINK = re.compile(r"\[(?P<text>(?:[^\]\\]|\\.)*)\]\((?P<href>(?:[^)\\]|\\.)*)\)", re.DOTALL)


def _escape(text: str) -> str:
    return re.sub(r"([\\\]\)])", r"\\\1", text)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)

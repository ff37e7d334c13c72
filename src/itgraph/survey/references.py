"""The numbered reference list of a survey: items, and the fields of an item.

An item is ``<a id="ref7">[7]</a>`` and what follows, up to the next item, heading or raw HTML block. Its shape is::

    AUTHORS. [YEAR.] **TITLE**[.] VENUE AND NUMBERS, YEAR. [Paper](ADDRESS)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from itgraph.records import Issue, Link, Reference, Severity, Span
from itgraph.survey.document import Document
from itgraph.survey.links import address_issue, find_arxiv_id, find_doi, is_paper_address, parse_address
from itgraph.survey.people import AuthorList, parse_authors, parse_name

# What may be missing from a mark is taken as optional, lest an item be lost in the one before it.
_ITEM = re.compile(
    r"<a\s+(?:id|name)\s*=\s*[\"']?ref(?P<id>\d{1,5})[\"']?\s*>?\s*(?P<early></a>)?\s*\[(?P<number>\d{1,5})\]\s*(?P<end></a>)?",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"\s*</?(?:table|div|details)\b", re.IGNORECASE)
_BULLET = re.compile(r"\s*[-*+]?\s*")
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]]*+)\]\((?P<href>[^()]*+(?:\([^()]*+\)[^()]*+)*+)\)")
_TITLE = re.compile(r"\*\*(?P<title>.+?)\*\*")
_YEAR_AFTER_AUTHORS = re.compile(r"\s*\(?(?P<year>(?:19|20)\d\d)[a-z]?\)?\.?\s*$")
_YEAR = re.compile(r"(?<![\d/:.-])(?P<year>(?:19|20)\d\d)(?![\d/]|\.\d|-\d)")
_BARE_ARXIV = re.compile(r"(?:arxiv[:,\s]*(?:abs/)?|abs/)(?P<id>\d{4}\.\d{4,5})", re.IGNORECASE)
_HOST = r"(?:[\w-]{1,63}\.){1,6}(?:com|org|io|ai|co|edu|net)"
_BARE_ADDRESS = re.compile(rf"(?<![\w/@-])(?:https?://)?{_HOST}(?:/[^\s`,)\]]*[^\s`,.)\]])?")
# LaTeX accent commands with their letter: {\"a}, {\'a}, \"{a}, \v{c} … A lone brace or dollar sign is not LaTeX enough.
_LATEX = re.compile(r"\{\\[^{}]{1,12}(?:\{[^{}]*\})?\}|\\[\"'`^~=.uvHcdbkrt]\{?[A-Za-z]\}?|\\[&%$#_{}]")


def read_references(document: Document) -> tuple[tuple[Reference, ...], list[Issue]]:
    """Read every item of the reference list, in order, and report what is wrong with each."""
    references: list[Reference] = []
    issues: list[Issue] = []
    seen: dict[int, Span] = {}
    for start, lines in _iter_items(document):
        reference, found = _read_item(lines, len(references) + 1, start)
        if reference.number in seen:
            message = f"the number {reference.number} already stands at line {seen[reference.number].start}"
            found.insert(0, _issue("duplicate-reference-id", "warning", message, reference))
        seen.setdefault(reference.number, reference.span)
        references.append(reference)
        issues.extend(found)
    return tuple(references), issues


def _iter_items(document: Document) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Iterate over the items: the line where one begins, and what it has of each of its lines."""
    headings = {heading.line for heading in document.headings}
    start = 0
    lines: list[str] = []
    for number, line in enumerate(document.lines, 1):
        marks = [] if number in document.code else _marks(line, inside=bool(start))
        if start:
            ends = number in headings or _BLOCK.match(line)
            if not ends:
                lines.append(line[: marks[0]] if marks else line)
            if ends or marks:
                yield start, _without_blank_end(lines)
                start = 0
        # Two items may share a line.
        for index, position in enumerate(marks):
            if start:
                yield start, tuple(lines)
            start = number
            lines = [line[position : (marks[index + 1] if index + 1 < len(marks) else len(line))]]
    if start:
        yield start, _without_blank_end(lines)


def _marks(line: str, *, inside: bool) -> list[int]:
    """Return where items begin in a line: at its beginning, and wherever a mark follows an item."""
    if "[" not in line:
        return []
    positions = [match.start() for match in _ITEM.finditer(line)]
    return positions if inside or (positions and _BULLET.fullmatch(line, 0, positions[0])) else []


def _without_blank_end(lines: list[str]) -> tuple[str, ...]:
    last = max(index for index, line in enumerate(lines) if line.strip())
    return tuple(lines[: last + 1])


_REAL_HYPHEN = re.compile(r"(?<=\w)[-–]\Z")


def join_lines(lines: Iterable[str]) -> str:
    """Join lines of running text: no space after a line that ends in a hyphen or dash, for it is a real one.

    >>> join_lines(["open instruction-", "tuned llm", "pages 27730–", "27744"])
    'open instruction-tuned llm pages 27730–27744'
    """
    parts: list[str] = []
    for line in lines:
        if part := " ".join(line.split()):
            if parts and not _REAL_HYPHEN.search(parts[-1]):
                parts.append(" ")
            parts.append(part)
    return "".join(parts)


def decode_latex(text: str) -> str:
    r"""Turn LaTeX accents into letters.

    >>> decode_latex(r'Sch{\"a}rli')
    'Schärli'
    """
    return _LATEX.sub(lambda match: _decode_command(match[0]), text)


@cache
def _decode_command(command: str) -> str:
    from pylatexenc.latex2text import LatexNodes2Text

    return str(LatexNodes2Text(strict_latex_spaces=True).latex_to_text(command))


def _issue(code: str, severity: Severity, message: str, reference: Reference, span: Span | None = None) -> Issue:
    return Issue(
        code=code,
        severity=severity,
        message=f"[{reference.number}] {message}",
        span=span or reference.span,
        table="references",
        row=reference.position,
    )


def _read_item(lines: tuple[str, ...], position: int, start: int) -> tuple[Reference, list[Issue]]:
    mark = _ITEM.match(lines[0])
    assert mark is not None, "an item begins with its mark"
    number = int(mark["number"])
    written = join_lines([lines[0][mark.end() :], *lines[1:]])
    text = decode_latex(written)
    links = tuple(Link(text=match["text"].strip(), href=match["href"].strip()) for match in _LINK.finditer(text))
    plain = " ".join(_LINK.sub(" ", text).split())
    title_match = _TITLE.search(plain)
    head = plain[: title_match.start()] if title_match else plain
    tail = plain[title_match.end() :] if title_match else ""
    title = title_match["title"].strip() if title_match else ""
    title, address = _split_address(re.sub(r"(?<!\.)[.,]$", "", title).strip())

    year = ""
    if title_match and (match := _YEAR_AFTER_AUTHORS.search(head.rstrip())):
        year, head = match["year"], head.rstrip()[: match.start()]
    elif years := [match["year"] for match in _YEAR.finditer(_without_addresses(tail or plain))]:
        year = years[-1]
    authors = parse_authors(head if title_match else "")
    if title and not authors.names and not head.strip() and parse_name(title).is_organization:
        # "**NousResearch**. software: ...": what is set in bold is who made it, for want of a title.
        authors = AuthorList(names=(title,), complete=True)

    named = [match["id"] for match in _BARE_ARXIV.finditer(plain)]
    linked = [found for link in links if (found := find_arxiv_id(link.href))]
    doi = next((found for link in links if (found := find_doi(link.href))), "") or find_doi(plain)
    reference = Reference(
        position=position,
        number=number,
        span=Span(start=start, end=start + len(lines) - 1),
        text=f"[{number}] {written}".strip(),
        authors=authors.names,
        complete=authors.complete,
        title=title,
        year=year,
        # The link is what a reader follows; where it and the text name different papers, see the issue.
        arxiv_id=(linked or named or [""])[0],
        doi=doi,
        links=links or _bare_links(plain),
    )
    problems = authors.problems
    if address:
        problems += (("misplaced-markup", f"the bold of the title runs on over {address!r}"),)
    return reference, _item_issues(reference, lines, mark, bool(links), named, linked, problems)


def _split_address(title: str) -> tuple[str, str]:
    """Cut an address off the end of a title: what is set in bold sometimes runs on (reference 73 of the survey)."""
    match = re.search(rf"[.,]\s+(?P<address>{_BARE_ADDRESS.pattern})$", title)
    return (title[: match.start()], match["address"]) if match and match.start() else (title, "")


def _without_addresses(text: str) -> str:
    """Blank out addresses, arXiv ids and access dates, whose digits are no year of publication."""
    text = re.sub(r"\(accessed[^)]*\)", " ", text)
    # "github.com/X/Y,2023": the year after the comma is outside the address.
    text = re.sub(rf"(?<![\w-])(?:https?://)?{_HOST}/[^\s`,)]*", " ", text)
    return _BARE_ARXIV.sub(" ", text)


def _bare_links(plain: str) -> tuple[Link, ...]:
    """Find addresses that stand in an item as text: not links for a reader, but the only ones an item may have."""
    found = []
    for match in _BARE_ADDRESS.finditer(plain):
        address = match[0].strip("*")
        if "/" in address.removeprefix("https://").removeprefix("http://") or address.startswith("http"):
            found.append(Link(text="", href=address if address.startswith("http") else "https://" + address))
    return tuple(found)


def _find_lines(text: str, lines: tuple[str, ...], span: Span) -> Span:
    """Return the line that holds a text, or the two that it runs over; the whole item if there is none."""
    for count in (1, 2):
        for offset in range(len(lines) - count + 1):
            if text in join_lines(lines[offset : offset + count]):
                return Span(start=span.start + offset, end=span.start + offset + count - 1)
    return span


def _item_issues(
    reference: Reference,
    lines: tuple[str, ...],
    mark: re.Match[str],
    has_links: bool,
    named: list[str],
    linked: list[str],
    problems: tuple[tuple[str, str], ...],
) -> list[Issue]:
    issues: list[Issue] = []
    start = reference.span.start

    def report(code: str, severity: Severity, message: str, pattern: re.Pattern[str] | None = None) -> None:
        span = reference.span
        if pattern is not None:
            hits = [start + offset for offset, line in enumerate(lines) if pattern.search(line)]
            if hits:
                span = Span(start=hits[0], end=hits[-1])
        issues.append(_issue(code, severity, message, reference, span))

    if not (mark["early"] or mark["end"]):
        report("stray-tag", "warning", "the item's <a> is not closed")
    if (anchor := int(mark["id"])) != reference.number:
        report("broken-anchor", "warning", f"the item's anchor is ref{anchor}")
    if not reference.title:
        report("missing-title", "warning", "no title could be told: none is set in bold")
    if not reference.authors:
        report("missing-authors", "info", "the item names no authors before its title")
    for code, message in problems:
        span = _find_lines(message.split("'")[1], lines, reference.span) if "'" in message else reference.span
        issues.append(_issue(code, "warning", message, reference, span))
    if not reference.year:
        report("missing-year", "warning", "the item gives no year")
    if not has_links:
        bare = f"; its text has {reference.links[0].href}" if reference.links else ""
        report("no-link", "info", f"the item links to nothing{bare}")
    for link in reference.links if has_links else ():
        address = parse_address(link.href)
        line = re.compile(re.escape(link.href))
        if issue := address_issue(address, reference.span, f"the link {link.text!r}"):
            report(issue.code, issue.severity, issue.message, line)
        elif link.text.lower() == "paper" and not is_paper_address(address.iri):
            report("paper-link-not-a-paper", "info", f"{address.iri} is not the address of a paper", line)
    if named and linked and named[0] != linked[0]:
        message = f"the text says arXiv {named[0]}, the link arXiv {linked[0]}; read as the link"
        report("arxiv-text-link-conflict", "warning", message, re.compile(re.escape(linked[0])))
    if any(_LATEX.search(line) for line in lines):
        report("latex-escape", "info", "LaTeX commands stand for letters; decoded", _LATEX)
    missing_space = re.compile(r"[a-z]{3}:[a-z]{3}")
    if missing_space.search(reference.title):
        report("missing-space", "info", "no space after the colon of the title", missing_space)
    stuck_year = re.compile(r"[A-Za-z],(?:19|20)\d\d\b")
    if any(stuck_year.search(line) for line in lines):
        report("missing-space", "info", "no space before the year", stuck_year)
    return issues

"""A survey README as text: decode it, undo damage to its encoding, and find its outline.

Everything later works on the repaired text, line by line; no repair moves a line, so that line numbers are those of
the file upstream.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from itgraph.errors import SourceError
from itgraph.records import Issue, Span

MAXIMUM_BYTES = 5 * 1024 * 1024
"""Ten times what GitHub is willing to show of a README (500 KiB); larger input is a mistake, not a survey."""

# Control characters and the like that XML, and so RDF/XML and GraphML, has no form for.
_UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), " ")

REPAIR = "UTF-8 had been read as cp1252 and saved again; undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A Markdown heading: its line, level from 1, and text without markup."""

    line: int
    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalLink:
    """A Markdown link that is not an address: an anchor, or a path beside the file."""

    line: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A decoded README. ``lines[0]`` is line 1; ``code`` are the line numbers inside fenced code blocks.

    ``unclosed_fence`` is the line of a code fence that is never closed, 0 where all are.
    """

    lines: tuple[str, ...]
    sha256: str
    repair: str
    repaired_lines: frozenset[int]
    headings: tuple[Heading, ...]
    internal_links: tuple[InternalLink, ...]
    code: frozenset[int]
    unclosed_fence: int


def read_document(data: bytes, name: str = "README.md") -> Document:
    """Decode a README and undo a double encoding, whole or in single lines.

    Raises:
        SourceError: the input is empty, too large, or not text.
    """
    if len(data) > MAXIMUM_BYTES:
        raise SourceError(
            f"{name}: {len(data):,} bytes is too large for a README (the limit is {MAXIMUM_BYTES:,}); "
            "is this the right file? Cut out the part that holds the tables"
        )
    if not data.strip():
        raise SourceError(f"{name}: the file is empty; give the README of a survey")
    text = _decode(data, name).removeprefix("\ufeff")
    repaired, repaired_lines = _repair(text)
    repair = REPAIR if repaired_lines else ""
    # Normal line ends after the checksum: CRLF belongs to the file, not to the facts.
    checksum = hashlib.sha256(repaired.encode()).hexdigest() if repair else hashlib.sha256(data).hexdigest()
    plain = repaired.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = tuple(plain.translate(_UNWRITABLE).split("\n"))
    code, unclosed_fence = _find_code(lines)
    headings, links = _outline(lines, code)
    return Document(
        lines=lines,
        sha256=checksum,
        repair=repair,
        repaired_lines=frozenset(repaired_lines),
        headings=headings,
        internal_links=links,
        code=code,
        unclosed_fence=unclosed_fence,
    )


def _decode(data: bytes, name: str) -> str:
    if b"\0" in data:
        raise SourceError(f"{name}: byte {data.index(0):,} is zero, so this is not a text file; give the README itself")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{name}:{line}: byte {error.start:,} (0x{data[error.start]:02x}) is not UTF-8; "
            "save the file as UTF-8, or fetch it again"
        ) from error


def _repair(text: str) -> tuple[str, set[int]]:
    """Undo UTF-8 read as cp1252: for the whole text if all of it was, else for the lines that were.

    The whole text is turned back only if every character of it can be, and if the result is UTF-8: a text that was
    not doubly encoded has next to no chance to pass, and the checksum of the result can be compared with upstream.
    """
    if text.isascii():
        return text, set()
    lines = text.split("\n")
    whole = _undo(text)
    if whole is not None and whole != text:
        return whole, {
            number for number, (old, new) in enumerate(zip(lines, whole.split("\n"), strict=True), 1) if old != new
        }
    from ftfy.badness import is_bad

    repaired: set[int] = set()
    for index, line in enumerate(lines):
        undone = None if line.isascii() or not is_bad(line) else _undo(line)
        if undone is not None and undone != line:
            lines[index] = undone
            repaired.add(index + 1)
    return ("\n".join(lines), repaired) if repaired else (text, repaired)


def _undo(text: str) -> str | None:
    import ftfy.bad_codecs

    ftfy.bad_codecs.ok()  # registers the "sloppy" codec, which maps the five bytes that cp1252 leaves undefined
    try:
        undone = text.encode("sloppy-windows-1252").decode("utf-8")
    except UnicodeError:
        return None
    return undone if undone.count("\n") == text.count("\n") else None


_INLINE_LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\[\]]*+\])*+\]\((?P<href>[^()\s]++)[^()]*+\)")
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?=[ \t]|$)")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
_TABLE_TAG = re.compile(r"\s*</?(?:table|thead|tbody|tfoot|tr|td|th)\b", re.IGNORECASE)
_HEADING_LINK = re.compile(r"\[(?P<text>[^\[\]]*+)\]\([^()]*+\)")
_HEADING_IMAGE = re.compile(r"!\[[^\[\]]*+\]\([^()]*+\)")
_CLOSING_MARKS = re.compile(r"(?:^|[ \t])#+$")


def _find_code(lines: Sequence[str]) -> tuple[frozenset[int], int]:
    """Find the lines of fenced code, and the first fence that is never closed (0 if none): that one fences nothing."""
    code: set[int] = set()
    unclosed = 0
    hopeless: dict[str, int] = {}  # the length from which on fences of a character are never closed
    number = 1
    in_table = False
    while number <= len(lines):
        line = lines[number - 1]
        # As in CommonMark, raw HTML goes on up to a blank line, and fences in it are none.
        in_table = bool(line.strip()) and (in_table or bool(_TABLE_TAG.match(line)))
        mark = None if in_table else _FENCE.match(line)
        if mark is None or ("`" in mark["info"] and mark["fence"][0] == "`"):
            number += 1
            continue
        fence = mark["fence"]
        if len(fence) < hopeless.get(fence[0], len(fence) + 1):
            end = next((n for n in range(number + 1, len(lines) + 1) if _closes(lines[n - 1], fence)), 0)
            if end:
                code.update(range(number, end + 1))
                number = end + 1
                continue
            hopeless[fence[0]] = len(fence)
        unclosed = unclosed or number
        number += 1
    return frozenset(code), unclosed


def _closes(line: str, fence: str) -> bool:
    mark = _FENCE.match(line)
    return mark is not None and mark["fence"].startswith(fence) and not mark["info"].strip()


def _outline(lines: Sequence[str], code: frozenset[int]) -> tuple[tuple[Heading, ...], tuple[InternalLink, ...]]:
    """Find headings and internal links, line by line.

    A CommonMark parser is not used for this: it takes a heading that follows raw HTML without a blank line for part
    of the HTML, while the surveys' tables end in just that way and a truncated one never ends at all.
    """
    headings: list[Heading] = []
    links: list[InternalLink] = []
    for number, line in enumerate(lines, 1):
        if number in code:
            continue
        if mark := _HEADING.match(line):
            text = line[mark.end() :].strip()
            if (closing := _CLOSING_MARKS.search(text)) is not None:
                text = text[: closing.start()].rstrip()
            headings.append(Heading(line=number, level=len(mark["marks"]), text=text))
        if "](" not in line:
            continue
        links += (
            InternalLink(line=number, href=link["href"])
            for link in _INLINE_LINK.finditer(line)
            if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", link["href"])
        )
    return tuple(headings), tuple(links)


def shown_heading(text: str) -> str:
    """Return a heading as it is shown: links by their texts, images not at all.

    >>> shown_heading("[Summary](https://a.org) of `T0`")
    'Summary of `T0`'
    >>> shown_heading("Awesome-LLM [![Awesome](https://a.org/badge.svg)](https://a.org)")
    'Awesome-LLM '
    """
    return _HEADING_LINK.sub(lambda link: link["text"] or "", _HEADING_IMAGE.sub("", text))


def heading_anchors(headings: tuple[Heading, ...]) -> frozenset[str]:
    """Return the anchors that GitHub makes of headings: lower case, punctuation dropped, repeats numbered.

    >>> one = Heading(line=1, level=2, text="\U0001f973 News")
    >>> sorted(heading_anchors((one, one)))
    ['-news', '-news-1']
    """
    seen: dict[str, int] = {}
    anchors: set[str] = set()
    for heading in headings:
        slug = "".join("-" if c == " " else c for c in shown_heading(heading.text).lower() if c.isalnum() or c in " -_")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        anchors.add(f"{slug}-{count}" if count else slug)
    return frozenset(anchors)


def outline_issues(document: Document, anchors: frozenset[str]) -> list[Issue]:
    """Report an unclosed fence and internal links that lead nowhere; ``anchors`` are the ids that the document defines.

    A path beside the file is not checked when it looks like a file (it has an extension): the file is not at hand.
    """
    known = heading_anchors(document.headings) | anchors
    issues = []
    if document.unclosed_fence:
        issues.append(
            Issue(
                code="unclosed-fence",
                severity="warning",
                message="the code fence is never closed; the text after it is read all the same",
                span=Span(start=document.unclosed_fence, end=document.unclosed_fence),
            )
        )
    for link in document.internal_links:
        if link.href.startswith("#"):
            broken = link.href[1:] not in known
            hint = "no heading or id has this anchor"
            if broken and link.href[1:].lower() in known:
                hint = f"anchors are lower case: {link.href.lower()}"
        else:
            broken = "." not in link.href.rsplit("/", 1)[-1] and not link.href.endswith("/")
            hint = "an anchor starts with #"
        if broken:
            issues.append(
                Issue(
                    code="broken-anchor",
                    severity="info",
                    message=f"the link to {link.href!r} leads nowhere: {hint}",
                    span=Span(start=link.line, end=link.line),
                )
            )
    return issues

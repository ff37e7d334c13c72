"""Text as a stream of HTML tags and of the text between them, whatever is left open in it.

A README's tables are written by hand. The parsers at hand either build a tree, and so have thrown away the lines and
the end tags that match nothing by the time they are asked, or take the rows after an unclosed quote, tag, comment or
``<script>`` for part of it. This reader goes through the text once, ends what is left open where the next tag begins,
and reports it. No character of the text is lost, and no line is moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

from itgraph.records import Issue, Severity, Span

STRUCTURE = frozenset("table tr td th".split())
INLINE = frozenset(
    "a b i em strong br sup sub span code p div small u s del font center tt kbd ul ol li img hr wbr".split()
)
_OTHERS = "thead tbody tfoot caption colgroup col h1 h2 h3 h4 h5 h6 details summary script style input pre".split()
_KNOWN = STRUCTURE | INLINE | frozenset(_OTHERS)

_OPENING = re.compile(r"<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*)")
_GAP = re.compile(r"[\s/\"']*+")
_NAME = re.compile(r"[^\s/<>=\"']++")
_EQUALS = re.compile(r"\s*+=\s*+")
# A value in quotes ends on its line. One with a `>` in it is believed only if its quote is followed as one should be:
# `<td align="center>the "best" one</td>` leaves a quote open.
_VALUE = re.compile(
    r"\"(?P<double>[^\"<>\n]*+|[^\"<\n]*+(?=\"[\s/>]))\"|'(?P<single>[^'<>\n]*+|[^'<\n]*+(?='[\s/>]))'|(?P<bare>[^\s<>\"']++)"
)
_OPEN_VALUE = re.compile(r"[\"'](?P<value>[^\s<>\"']*+)")


@dataclass(frozen=True, slots=True)
class Token:
    """A tag, or the text between two tags. ``line`` is where it begins."""

    kind: Literal["start", "end", "text"]
    line: int
    name: str = ""
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def is_structure(self) -> bool:
        """Whether this is a tag that makes tables."""
        return self.name in STRUCTURE


def make_issue(code: str, severity: Severity, message: str, line: int, end: int | None = None) -> Issue:
    """Make an issue of lines."""
    return Issue(code=code, severity=severity, message=message, span=Span(start=line, end=end or line))


def iter_tokens(text: str, issues: list[Issue]) -> Iterator[Token]:
    """Iterate over tags and text, characters for entities; add what had to be closed to ``issues``.

    >>> [(token.kind, token.name or token.text) for token in iter_tokens("a &lt; b<br>1 < 2", [])]
    [('text', 'a < b'), ('start', 'br'), ('text', '1 < 2')]
    """
    line = 1
    start = 0  # of the text that is not yet given out
    while match := _OPENING.search(text, start):
        tag_line = line + text.count("\n", start, match.start())
        attributes: dict[str, str] = {}
        open_values: list[str] = []
        end, is_closed = _read_attributes(text, match.end(), attributes, open_values)
        name = match["name"].lower()
        if not is_closed and name not in _KNOWN:
            # "a <b" with no end is no tag: all of it is text, up to where the next may begin.
            yield from _text(text[start : match.end()], line)
            line = tag_line
            start = match.end()
            continue
        yield from _text(text[start : match.start()], line)
        shown = f"<{match['slash']}{match['name']}"
        issues += (
            make_issue(
                "unclosed-quote", "warning", f"the quote before {value[:60]!r} is never closed; closed here", tag_line
            )
            for value in open_values
        )
        if not is_closed:
            issues.append(
                make_issue("unclosed-tag", "warning", f"the tag {shown} is never closed; closed here", tag_line)
            )
        yield Token("end" if match["slash"] else "start", tag_line, name=name, attributes=attributes)
        line = tag_line + text.count("\n", match.start(), end)
        start = end
    yield from _text(text[start:], line)


def _text(text: str, line: int) -> Iterator[Token]:
    if text:
        # `&#13;` is the only way for a carriage return to get here, and no file of ours can hold one.
        yield Token("text", line, text=unescape(text).replace("\r", " "))


def _read_attributes(text: str, position: int, attributes: dict[str, str], open_values: list[str]) -> tuple[int, bool]:
    """Read the attributes of a tag up to its end; return the position after the tag, and whether the tag is closed.

    A tag that is not closed ends after the last of its attributes that has a value: what follows is text.
    """
    last = position
    while True:
        position = _GAP.match(text, position).end()  # type: ignore[union-attr]
        if position == len(text) or text[position] == "<":
            return last, False
        if text[position] == ">":
            return position + 1, True
        name = _NAME.match(text, position)
        if name is None:  # a lone "="
            position += 1
            continue
        position = name.end()
        equals = _EQUALS.match(text, position)
        value = ""
        if equals is not None:
            position = equals.end()
            if match := _VALUE.match(text, position):
                value = match["double"] or match["single"] or match["bare"] or ""
                last = position = match.end()
            elif match := _OPEN_VALUE.match(text, position):
                value = match["value"]
                open_values.append(value)
                last = position = match.end()
        attributes.setdefault(name[0].lower(), unescape(value).replace("\r", " "))

"""Markdown within a line: its links, and what a reader sees of it. HTML in between is read as HTML.

Only what carries facts is told apart. Text that is no Markdown after all stays as it is; none gets lost but images.
"""

from __future__ import annotations

import re

from itgraph.records import Issue, Link
from itgraph.survey.html import SourceCell, read_fragment

# One pair of brackets may stand in the text of a link, and one of parentheses in its address.
_TEXT = r"(?P<text>[^\[\]]*+(?:\[[^\[\]]*+\][^\[\]]*+)*+)"
_HREF = r"(?P<href>[^()]*+(?:\([^()]*+\)[^()]*+)*+)"
LINK = re.compile(rf"(?<!!)\[{_TEXT}\]\({_HREF}\)")
_IMAGE = re.compile(r"!\[[^\[\]]*+\]\([^()]*+\)")
_BADGE = re.compile(rf"\[\s*!\[(?P<text>[^\[\]]*+)\]\([^()]*+\)\s*\]\({_HREF}\)")
_AUTOLINK = re.compile(r"<(?P<href>https?://[^\s<>]++)>", re.IGNORECASE)
_ANGLES = re.compile(r"\]\(<(?P<href>[^<>\n]*+)>\)")
_TITLED = re.compile(r"(?P<href>\S+)\s+[\"'(].*", re.DOTALL)
_BARE = re.compile(r"(?<![A-Za-z0-9\[(/\"'=])https?://[^\s<>|，。；、（）【】\"]++", re.IGNORECASE)
_MARKED = re.compile(
    r"\*\*(?P<bold>[^*]+)\*\*|(?<![*\\])\*(?P<italic>[^*\s](?:[^*]*[^*\s])?)\*(?!\*)"
    r"|(?<!\w)__(?P<strong>[^_\s](?:[^_]*[^_\s])?)__(?!\w)|(?<!\w)_(?P<emphasis>[^_\s](?:[^_]*[^_\s])?)_(?!\w)"
    r"|`(?P<code>[^`]+)`|~~(?P<struck>[^~]+)~~"
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|~<>-])")


def read_inline(markdown: str, line: int) -> tuple[SourceCell, list[Issue]]:
    """Read Markdown: the text that it shows, and its links in the order of the text (those of HTML come first).

    >>> cell, _ = read_inline("**[Tulu](https://a.org)** [[code](https://b.org)] ![stars](https://c.org)", 1)
    >>> cell.text, [link.href for link in cell.links]
    ('Tulu [code]', ['https://a.org', 'https://b.org'])
    >>> read_inline("5 * 3 is no emphasis", 1)[0].links
    []
    """
    markdown = _ANGLES.sub(r"](\g<href>)", markdown)
    markdown = _AUTOLINK.sub(r"[\g<href>](\g<href>)", markdown)
    cell, issues = read_fragment(markdown, line)
    text = cell.text
    links = [(match.start(), _link(match)) for match in _BADGE.finditer(text)]
    text = _BADGE.sub(lambda match: " " * len(match[0]), text)
    text = _IMAGE.sub(lambda match: " " * len(match[0]), text)
    links += ((match.start(), _link(match)) for match in LINK.finditer(text))
    without = LINK.sub(lambda match: " " * len(match[0]), text)
    for match in _BARE.finditer(without):
        href = _trim(match[0])
        links.append((match.start(), Link(text=href, href=href)))
    cell.links.extend(link for _, link in sorted(links, key=lambda place: place[0]))
    text = LINK.sub(lambda match: match["text"], text)
    cell.parts = [re.sub(r" {2,}", " ", plain(text)).strip()]
    return cell, issues


def _link(match: re.Match[str]) -> Link:
    href = match["href"].strip()
    if titled := _TITLED.fullmatch(href):
        href = titled["href"]
    return Link(text=" ".join(plain(match["text"]).split()), href=href)


def _trim(address: str) -> str:
    """Take off the end of an address what ends the sentence around it."""
    trimmed = address.rstrip(".,;:!?*_'")
    while trimmed.endswith(")") and trimmed.count(")") > trimmed.count("("):
        trimmed = trimmed[:-1].rstrip(".,;:!?*_'")
    return trimmed


def plain(text: str) -> str:
    """Take the marks of emphasis and code off a text, and the backslashes before marks."""
    text = _MARKED.sub(_inner, text)
    return _ESCAPED.sub(r"\1", text)


def _inner(match: re.Match[str]) -> str:
    inner = next(group for group in match.groups() if group is not None)
    # Bold in italics and the like; code shows its marks.
    return inner if match["code"] is not None else _MARKED.sub(lambda m: next(filter(None, m.groups())), inner)

"""What a README holds but does not show as text: fenced code and comments. Tables in them are reported, not read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from itgraph.records import Issue
from itgraph.survey.document import Document
from itgraph.survey.tags import make_issue

_ROW = re.compile(r"<t[rdh]\b|^\s*\|.*\|", re.IGNORECASE | re.MULTILINE)
_INLINE_CODE = re.compile(r"`[^`\n]+`")
# A definition of a link by reference, but not of a footnote (`[^1]:`), and its uses: `[text][key]`, `[key][]`, `[key]`.
_DEFINITION = re.compile(
    r" {0,3}\[(?!\^)(?P<key>[^\[\]]+)\]:\s*<?(?P<href>https?://[^\s<>]+)>?(?:\s+[\"'(][^\n]*[\"')])?\s*", re.IGNORECASE
)
_REFERENCE = re.compile(r"(?<![\]\\])\[(?P<text>[^\[\]]+)\](?:\[(?P<key>[^\[\]]*)\])?(?![\[(:]|\]\()")
_CELL_TAG = re.compile(r"<t[dhr]\b", re.IGNORECASE)


def hide(document: Document) -> tuple[tuple[str, ...], list[Issue]]:
    """Return the lines of a document without code and comments, as many as before, and what was left out of them."""
    issues = list(_tables_in_code(document))
    lines = [
        "" if number in document.code else _INLINE_CODE.sub(_as_text, line) if _has_inline_code(line) else line
        for number, line in enumerate(document.lines, 1)
    ]
    text, found = _without_comments("\n".join(lines))
    return _with_addresses(text.split("\n")), issues + found


def _with_addresses(lines: list[str]) -> tuple[str, ...]:
    """Write links by reference, ``[text][key]``, with the addresses that are defined for them elsewhere."""
    defined: dict[str, str] = {}
    for number, line in enumerate(lines):
        if match := _DEFINITION.fullmatch(line):
            defined.setdefault(_reference_key(match["key"]), match["href"])
            lines[number] = ""
    if not defined:
        return tuple(lines)

    def _address(match: re.Match[str]) -> str:
        href = defined.get(_reference_key(match["key"] or match["text"]))
        return f"[{match['text']}]({href})" if href else match[0]

    return tuple(_REFERENCE.sub(_address, line) if "[" in line else line for line in lines)


def _reference_key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _has_inline_code(line: str) -> bool:
    # A backtick in one cell of a row and one in another do not make code of the tags between them.
    return "`" in line and "<" in line and not _CELL_TAG.search(line)


def _as_text(code: re.Match[str]) -> str:
    return code[0].replace("<", "&lt;")


def _tables_in_code(document: Document) -> Iterable[Issue]:
    start = 0
    for number in range(1, len(document.lines) + 2):
        if number in document.code:
            start = start or number
            continue
        if start and _ROW.search("\n".join(document.lines[start - 1 : number - 1])):
            message = "table rows inside fenced code are an example, not data; left out"
            yield make_issue("table-in-code", "info", message, start, number - 1)
        start = 0


def _without_comments(text: str) -> tuple[str, list[Issue]]:
    """Take comments out, but not their lines; a comment that is never closed hides nothing."""
    issues: list[Issue] = []
    parts: list[str] = []
    position, line = 0, 1
    while (start := text.find("<!--", position)) >= 0:
        parts.append(text[position:start])
        line += text.count("\n", position, start)
        end = text.find("-->", start + 4)
        if end < 0:
            message = "the comment is never closed; the text after it is read all the same"
            issues.append(make_issue("unclosed-comment", "warning", message, line))
            position = start + 4
            break
        comment = text[start + 4 : end]
        if _ROW.search(comment):
            message = f"table rows are commented out and were left out: {' '.join(comment.split())[:80]!r}"
            issues.append(make_issue("commented-out", "info", message, line, line + comment.count("\n")))
        parts.append("\n" * comment.count("\n"))
        line += comment.count("\n")
        position = end + 3
    return "".join(parts) + text[position:], issues

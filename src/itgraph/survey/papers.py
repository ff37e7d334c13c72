"""Lists of papers, as READMEs have them instead of a table: each item is read as a row of one table, ``papers``.

The shapes are many; a few of them::

    - **[TITLE](ADDRESS)** 2023.5
    1. <u>NAME</u>: **"TITLE"**. *AUTHORS*. VENUE 2023. [[Paper](ADDRESS)] [[Code](ADDRESS)]
    * [TITLE](ADDRESS), AUTHOR, AUTHOR, VENUE 2023
    - [2023-07] TITLE, [paper](ADDRESS)

An item is a paper if a title can be told and a link leads to a paper or says so, or a date stands beside the title.
What has links and is no paper by this stays unread, and is reported by section.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from itgraph.records import Cell, Issue, Link, Row, Span, Table
from itgraph.survey.dates import find_date, parse_date
from itgraph.survey.document import Document, Heading
from itgraph.survey.hidden import hide
from itgraph.survey.inline import LINK, plain, read_inline
from itgraph.survey.layouts import Layouts, loose_key
from itgraph.survey.links import is_paper_address, parse_address
from itgraph.survey.mentions import link_role
from itgraph.survey.tags import make_issue

COLUMNS = ("Section", "Name", "Title", "Authors", "Venue", "Date", "Links", "Item")
LIST_COLUMNS = ("List item", "Sizes", "Links", "Text")
"""The columns of a list of things, for a layout file to say what they are: it cannot be told from the list."""

_BULLET = re.compile(r"(?P<indent>[ \t>]*)(?:[-*+•]|\d{1,4}[.)])[ \t]+(?P<rest>\S.*)")
_PARAGRAPH = re.compile(r" {0,3}(?:\[\*\*|\*\*)")
"""A line that is an item without being marked as one."""

_OTHER_BLOCK = re.compile(r"\s*(?:\||<(?!a\b|u>|b>|i>|em>|strong>|img\b)|#{1,6}\s|```|~~~)", re.IGNORECASE)
_NO_LISTS = re.compile(
    r"\W*(?:(?:latest|recent|our|what's|the)\W+)?(?:news|(?:news\W+and\W+)?updates?(?:\W+log)?|change\W?log|citations?|citing"
    r"|acknowledge?ments?|contribut(?:ing|ors?|ions?)|(?:table\W+of\W+)?contents?|toc|目录|更新(?:日志)?)\W*",
    re.IGNORECASE,
)
"""Sections whose items are not about what the list is about."""

_LONGEST_ITEM = 4000
"""A longer item is no item of a list of papers, but what a broken text has run together."""

_SIZES = re.compile(r"(?P<name>.+?)[- ](?P<sizes>\d[\d.]*[MB]?(?:\|\d[\d.]*[MB]?)*\|\d[\d.]*[MB])")
"""A name with its sizes: ``Qwen-1.8B|7B|14B``."""

_WORDS_OF_PROSE = 5
"""So many words in small letters between a title and a link are a sentence, and no list of links or authors."""

_ANCHOR = re.compile(
    r"<a\s[^<>]*?href\s*=\s*[\"']?(?P<href>[^\s\"'<>]+)[\"']?[^<>]*>(?P<text>[^<>]*)</a\s*>", re.IGNORECASE
)
_STRONG = re.compile(r"</?(?:b|strong)\s*>", re.IGNORECASE)
_EMPHASIS = re.compile(r"</?(?:i|em)\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_IMAGE = re.compile(r"\[\s*!\[[^\[\]]*+\]\([^()]*+\)\s*\]\([^()]*+\)|!\[[^\[\]]*+\]\([^()]*+\)")
_CHECKBOX = re.compile(r"\[[ xX]\]\s+")
_BOLD = re.compile(r"\*\*(?P<text>[^*]+(?:\*(?!\*)[^*]+)*)\*\*|(?<!\w)__(?P<other>[^_]+)__(?!\w)")
_ITALIC = re.compile(r"(?<![*\w])\*(?P<text>[^*\n]+)\*(?!\*)|(?<!\w)_(?P<other>[^_\n]+)_(?!\w)")
_QUOTED = re.compile(r"[\"“](?P<text>[^\"“”]+)[\"”]")
_LEADING = re.compile(r"\s*(?:[\[(【（][^\[\]()【】（）]{1,40}[\])】）](?!\()\s*[:：.-]?\s*)+")
_BRACKETS = re.compile(r"[\[(【（][^\[\]()【】（）]{1,40}[\])】）]")
_MARKS_OF_AUTHORS = re.compile(r"(?<=[^\W\d_])[*†‡§¶∗⋆]+(?=\W|$)")
_NAME_WORD = r"(?:[^\W\d_][\w'’.-]*\.?|[A-Z]\.)"
_PERSON = re.compile(rf"{_NAME_WORD}(?:\s+{_NAME_WORD}){{1,4}}")
_EDGES = " \t,.;:：，。；|·-–—()[]（）"


@dataclass(slots=True)
class _Item:
    """An item of a list while it is read."""

    start: int
    indent: int
    section: str
    lines: list[str]
    is_marked: bool = True
    end: int = 0

    @property
    def text(self) -> str:
        return " ".join(line.strip() for line in self.lines if line.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    """What an item says of a paper."""

    title: str
    title_link: Link | None
    name: str
    authors: str
    venue: str
    date: str
    links: tuple[Link, ...]


def read_papers(
    document: Document, layouts: Layouts, taken: Set[int], table_ids: Set[str]
) -> tuple[tuple[Table, ...], list[Issue]]:
    """Read the lists of a document: those of papers as one table, then each that a layout declares by its heading.

    ``taken`` are the lines that tables and the numbered reference list have; ``table_ids`` their names.
    """
    lines, _ = hide(document)  # what is hidden is reported with the tables
    found: list[tuple[_Item, _Fields]] = []
    unread: dict[str, list[_Item]] = {}
    for item, details in _iter_items(lines, document, taken):
        is_read = not _NO_LISTS.fullmatch(item.section)
        for one in _joined(item, details, layouts):
            fields = _read_item(one, layouts) if is_read else None
            if fields is not None:
                found.append((one, fields))
            elif one.is_marked and _has_web_link(one.text):
                unread.setdefault(one.section, []).append(one)
    for item in _linked_headings(lines, document, taken):
        if (fields := _read_item(item, layouts)) is not None:
            found.append((item, fields))
        else:
            unread.setdefault(item.section, []).append(item)
    tables: list[Table] = []
    issues: list[Issue] = []
    if found:
        found.sort(key=lambda pair: pair[0].start)
        layout = layouts.find(COLUMNS, "")
        rows = tuple(_row(number, item, fields) for number, (item, fields) in enumerate(found, 1))
        name = _free_name("papers", table_ids)
        tables.append(Table(id=name, layout=layout.id if layout else "", heading="", columns=COLUMNS, rows=rows))
    for section, items in unread.items():
        layout = layouts.find(LIST_COLUMNS, section) if not _NO_LISTS.fullmatch(section) else None
        if layout is not None:
            rows = tuple(_list_row(number, item, layouts) for number, item in enumerate(items, 1))
            name = _free_name(layout.id, {*table_ids, *(table.id for table in tables)})
            tables.append(Table(id=name, layout=layout.id, heading=section, columns=LIST_COLUMNS, rows=rows))
        else:
            issues.append(_unread(section, items, layouts))
    return tuple(tables), issues


def _unread(section: str, items: Sequence[_Item], layouts: Layouts) -> Issue:
    where = f" under {section!r}" if section else ""
    many = f"{len(items)} items with links" if len(items) > 1 else "an item with a link"
    message = f"{many}{where}: no papers by their shape; left unread"
    if section and len(items) > 1 and not _NO_LISTS.fullmatch(section):
        message += (
            f". A layout file says what they are, if they are things: {layouts.list_to_add(LIST_COLUMNS, section)}"
        )
    return make_issue("unread-list", "info", message, items[0].start, items[-1].end)


def _free_name(name: str, taken: Set[str]) -> str:
    while name in taken:
        name += "-list"
    return name


def _linked_headings(lines: Sequence[str], document: Document, taken: Set[int]) -> Iterator[_Item]:
    """Iterate over the headings that are links: a list may have each of its items as a section."""
    above: list[Heading] = []  # the headings that this one stands under, the outermost first
    for heading in document.headings:
        while above and above[-1].level >= heading.level:
            above.pop()
        shown = _IMAGE.sub("", heading.text)
        is_shown = heading.line not in taken and bool(lines[heading.line - 1].strip())
        if is_shown and LINK.search(shown) and _has_web_link(shown):
            section = _running(above[-1].text) if above else ""
            yield _Item(start=heading.line, end=heading.line, indent=0, section=section, lines=[shown])
        above.append(heading)


def _list_row(number: int, item: _Item, layouts: Layouts) -> Row:
    """Read an item of a list of things: its first link names it, those that say where they lead are about it."""
    written, _ = read_inline(item.text, item.start)
    naming = next((link for link in written.links if not link_role(link, layouts)), None)
    about = tuple(link for link in written.links if link is naming or link_role(link, layouts))
    name = naming.text if naming is not None else re.split(r"\s[-–—|:]\s|[:：]", written.text, maxsplit=1)[0]
    sizes = ""
    if match := _SIZES.fullmatch(name):
        name, sizes = match["name"], match["sizes"]
    cells = (
        Cell(text=name, line=item.start),
        Cell(text=sizes, line=item.start),
        Cell(text=" ".join(link.text for link in about), links=about, line=item.start),
        Cell(text=written.text, line=item.start),
    )
    return Row(number=number, span=Span(start=item.start, end=item.end), cells=cells)


def _joined(item: _Item, details: Sequence[_Item], layouts: Layouts) -> Sequence[_Item]:
    """Return an item with those below it: as one, where they are its links and notes; else each for itself."""
    if not details or any(_read_item(detail, layouts) is not None for detail in details):
        return (item, *details)
    whole = replace(item, end=details[-1].end, lines=[*item.lines, *(line for one in details for line in one.lines)])
    return (whole,) if _read_item(whole, layouts) is not None else (item, *details)


def _iter_items(lines: Sequence[str], document: Document, taken: Set[int]) -> Iterator[tuple[_Item, list[_Item]]]:
    """Iterate over the items of lists, each with the items that stand below it, further in."""
    headings = [heading.line for heading in document.headings]
    top: _Item | None = None
    details: list[_Item] = []
    current: _Item | None = None
    for number, line in enumerate([*lines, ""], 1):
        match = None if number in taken else _BULLET.match(line)
        is_item = match is not None or (number not in taken and _PARAGRAPH.match(line) is not None)
        if not is_item:
            goes_on = current is not None and bool(line.strip()) and number not in taken
            if goes_on and not _OTHER_BLOCK.match(line):
                assert current is not None
                current.lines.append(line)
                current.end = number
            else:
                current = None
            continue
        above = bisect_right(headings, number)
        current = _Item(
            start=number,
            end=number,
            indent=len(match["indent"].expandtabs(4)) if match else 0,
            section=_heading_text(document.headings[above - 1].text) if above else "",
            lines=[match["rest"] if match else line],
            is_marked=match is not None,
        )
        if top is not None and current.indent > top.indent and current.section == top.section and match:
            details.append(current)
            continue
        if top is not None:
            yield top, details
        top, details = current, []
    if top is not None:
        yield top, details


def _row(number: int, item: _Item, fields: _Fields) -> Row:
    written, _ = read_inline(item.text, item.start)
    texts = (
        item.section,
        fields.name,
        fields.title,
        fields.authors,
        fields.venue,
        fields.date,
        " ".join(link.text for link in fields.links if link.text),
        written.text,
    )
    cells = [Cell(text=" ".join(text.split()), line=item.start) for text in texts]
    if fields.title_link is not None:
        # A title may go on behind its link: `[**Toolformer**](…): Language Models Can Teach Themselves …`.
        link = Link(text=cells[2].text, href=fields.title_link.href)
        cells[2] = Cell(text=cells[2].text, links=(link,), line=item.start)
    cells[6] = Cell(text=cells[6].text, links=fields.links, line=item.start)
    return Row(number=number, span=Span(start=item.start, end=item.end), cells=tuple(cells))


def _heading_text(text: str) -> str:
    return _running(text) if LINK.search(text) else plain(text)


def _has_web_link(text: str) -> bool:
    return re.search(r"https?://", text) is not None


def _read_item(item: _Item, layouts: Layouts) -> _Fields | None:
    """Return what an item says of a paper; ``None`` where it is none."""
    text = item.text
    if len(text) > _LONGEST_ITEM:
        return None
    if not _has_web_link(text):
        return _read_citation(text) if item.is_marked else None
    markdown = _ANCHOR.sub(lambda match: f"[{match['text']}]({match['href']})", text)
    markdown = _EMPHASIS.sub("*", _STRONG.sub("**", markdown))
    markdown = _CHECKBOX.sub("", _TAG.sub(" ", _IMAGE.sub(" ", markdown)), count=1)
    links = [link for link in read_inline(text, item.start)[0].links if parse_address(link.href).iri]
    if not links:
        return None
    found = _find_title(markdown, layouts)
    if found is None:
        return None
    title, start, end, href = found
    if not item.is_marked and start > len("[**"):
        return None  # a paragraph is an item only if it begins with its title
    title_link = next((link for link in links if href and link.href == href), None)
    others = tuple(link for link in links if link is not title_link)
    before, after = _running(markdown[:start]), _running(markdown[end:])
    date, written = find_date(after)
    if not date:
        date, written = find_date(before)
    if title_link is not None:
        behind = markdown[markdown.find(f"]({href}") + len(href) + 3 :]
        others = tuple(link for link in others if not _is_of_another(link, behind, layouts))
    leads_to_paper = any(
        is_paper_address(parse_address(link.href).iri) for link in (title_link, *others) if link is not None
    ) or any(link_role(link, layouts) == "paper" for link in others)
    if not leads_to_paper and not (date and len(title.split()) >= 4 and title_link is not None):
        return None
    authors, venue = _authors_and_venue(markdown[end:], after, written)
    name, in_brackets = _short_name(before)
    if not authors and "et al" in before:
        authors, name = _BRACKETS.sub(" ", before).strip(_EDGES) + ".", ""
    return _Fields(
        title=title,
        title_link=title_link,
        name="" if link_role(Link(text=name, href=""), layouts) == "paper" else name,
        authors=authors,
        venue=venue or (in_brackets if in_brackets != written.strip(_EDGES) else ""),
        date=date,
        links=others,
    )


def _read_citation(text: str) -> _Fields | None:
    """Return what an item without links says of a paper, if it is one: ``Ann Lee et al, "A Title," 2023``."""
    quoted = next((match for match in _QUOTED.finditer(text) if len(match["text"].split()) > 2), None)
    if quoted is None:
        return None
    authors, after = plain(text[: quoted.start()]).strip(_EDGES), plain(text[quoted.end() :])
    date, written = find_date(after)
    if not date or not _are_people(authors):
        return None
    venue = after.replace(written, " ").strip(_EDGES)
    title = _title(quoted["text"])
    return _Fields(
        title=title, title_link=None, name="", authors=authors, venue=" ".join(venue.split()), date=date, links=()
    )


def _is_of_another(link: Link, after: str, layouts: Layouts) -> bool:
    """Tell whether a link in the prose behind a title names something else: ``…, used to make [RefinedWeb](…)``."""
    words = set(loose_key(link.text).split())
    if link_role(link, layouts) or words & layouts.paper_words or re.search(r"\d{4}|^https?:|^[A-Z]{3,8}$", link.text):
        return False
    at = after.find(f"]({link.href}")
    between = LINK.sub(" ", after[: max(at, 0)]).rsplit("[", 1)[0]
    is_description = re.match(r"[\s*_]*[-–—:：]", between) is not None and "," not in between
    words_between = re.findall(r"[A-Za-z]{2,}" if is_description else r"\b[a-z]{2,}\b", between)
    return len(words_between) >= _WORDS_OF_PROSE


def _running(markdown: str) -> str:
    """Return a text as it reads, its links by their texts."""
    without = re.sub(r"https?://[^\s<>|)\]]+", " ", LINK.sub(lambda match: f" {match['text']} ", markdown))
    return " ".join(plain(without).split())


def _find_title(markdown: str, layouts: Layouts) -> tuple[str, int, int, str] | None:
    """Find the title of a paper: the text, where it begins and ends, and the address that it links to."""
    naming = [match for match in LINK.finditer(markdown) if _is_naming(match, layouts)]
    for match in _BOLD.finditer(markdown):
        inner = match["text"] or match["other"] or ""
        link = LINK.search(inner)
        around = next((n for n in naming if n.start() <= match.start() and match.end() <= n.end()), None)
        text = _title(LINK.sub(lambda found: found["text"], inner))
        if not text or _is_label(text, layouts) or (link and not _is_naming(link, layouts) and link["text"] == inner):
            continue
        start, end = (around.start(), around.end()) if around else (match.start(), match.end())
        href = around["href"] if around else (link["href"] if link else "")
        if len(text.split()) > 3:
            return text, start, end, _address(href)
        # A short name in bold: the title may be a link beside it, or go on behind a colon.
        if longer := next((n for n in naming if n.start() >= end and len(n["text"].split()) > 3), None):
            return _title(longer["text"]), longer.start(), longer.end(), _address(longer["href"])
        quoted = next((q for q in _QUOTED.finditer(markdown, end) if len(q["text"].split()) > 3), None)
        if quoted is not None and not inner.lstrip().startswith(('"', "“")):
            return _title(quoted["text"]), quoted.start(), quoted.end(), _address(href)
        if goes_on := re.compile(r"\s*[:：]?\s*(?P<rest>[^\[\n.\"“]{8,200})").match(markdown, end):
            is_colon = ":" in markdown[end : goes_on.start("rest")] or inner.rstrip().endswith((":", "："))
            if is_colon and len(goes_on["rest"].split()) > 2:
                return _title(f"{text.rstrip(':')}: {goes_on['rest']}"), start, goes_on.end(), _address(href)
        if len(text.split()) > 1:
            return text, start, end, _address(href)
    return _find_plain_title(markdown, naming, layouts)


def _find_plain_title(
    markdown: str, naming: Sequence[re.Match[str]], layouts: Layouts
) -> tuple[str, int, int, str] | None:
    """Find a title that is not in bold: a link at the beginning, in quotes or italics, or the text before the links."""
    lead = _LEADING.match(markdown)
    begin = lead.end() if lead else 0
    for match in naming:
        title = _title(match["text"])
        before = _running(markdown[begin : match.start()])
        if len(before.split()) <= 3 and len(title.split()) >= (2 if is_paper_address(_address(match["href"])) else 3):
            return title, match.start(), match.end(), _address(match["href"])
    for pattern in (_QUOTED, _ITALIC):
        for match in pattern.finditer(markdown):
            title = _title(next(filter(None, match.groups())))
            if len(title.split()) > 3 and "](" not in title and "et al" not in title:
                return title, match.start(), match.end(), ""
    first = LINK.search(markdown, begin)
    if first is None or link_role(Link(text=plain(first["text"]), href=""), layouts) != "paper":
        return None
    written = re.split(r"(?<!\b[A-Z])\.\s", markdown[begin : first.start()].rstrip(" [(,.|-–—"), maxsplit=1)[0]
    title = _title(written)
    return (title, begin, begin + len(written), "") if len(title.split()) > 3 else None


def _is_naming(match: re.Match[str], layouts: Layouts) -> bool:
    text = " ".join(plain(match["text"]).split())
    is_word = bool(link_role(Link(text=text, href=""), layouts))
    return bool(_address(match["href"])) and not is_word and not parse_date(text)


def _is_label(text: str, layouts: Layouts) -> bool:
    """Tell whether a text in bold is no title: ``Paper:``, a date, a venue with its year."""
    bare = text.strip(_EDGES)
    is_word = bool(link_role(Link(text=bare, href=""), layouts)) or bare.casefold().startswith("project page")
    return is_word or not bare or bool(parse_date(bare)) or (len(bare.split()) < 4 and bool(find_date(bare)[0]))


def _address(href: str) -> str:
    return re.sub(r"\s+[\"'(].*", "", href.strip())


def _title(text: str) -> str:
    return re.sub(r"(?<!\.)[.,]$", "", " ".join(plain(text).split()).strip(" \"“”'")).strip(' "“”')


def _short_name(before: str) -> tuple[str, str]:
    """Return what stands before a title: the name of what the paper presents, if it is one, and a venue in brackets."""
    in_brackets = _BRACKETS.search(before)
    name = _BRACKETS.sub(" ", before)
    date, written = find_date(name)
    name = (name.replace(written, " ") if date else name).strip(_EDGES + '"“”*')
    venue = in_brackets[0].strip(_EDGES + "【】") if in_brackets else ""
    return (name if 0 < len(name.split()) <= 4 else ""), (venue if find_date(venue)[0] else "")


def _authors_and_venue(after: str, running: str, date: str) -> tuple[str, str]:
    """Tell authors from the venue in what follows a title; ``date`` is how the date is written there."""
    rest = LINK.sub(" ", after)
    authors = ""
    for match in _ITALIC.finditer(rest):
        text = " ".join((match["text"] or match["other"]).split()).strip(" ,;")
        others = (rest[: match.start()] + rest[match.end() :]).replace(date, " ").strip(_EDGES) if date else rest
        if _are_people(text) or (_is_named(text) and others):
            authors = text
            rest = rest[: match.start()] + " . " + rest[match.end() :]
            break
    pieces = [piece.strip(_EDGES) for piece in re.split(r"(?<!\b[A-Z])\.\s+|\s[|·]\s", plain(rest))]
    pieces = [piece for piece in pieces if piece and not _has_web_link(piece)]
    if not authors and pieces:
        names, others = _split_people(pieces[0])
        if names:
            authors = names
            pieces = [others, *pieces[1:]] if others else pieces[1:]
    venue = pieces[0] if pieces else ""
    venue = venue if len(venue.split()) <= 10 and venue != date.strip(_EDGES) and running else ""
    return authors, venue


def _are_people(text: str) -> bool:
    """Tell whether a text is a list of people, cut short or not."""
    names = re.sub(r"[\s,]*\b(?:et|el)\s+al\b\.?|[\s,]*\band others\b", "", text, flags=re.IGNORECASE)
    parts = [part.strip() for part in re.split(r",|\band\b|&|;", names) if part.strip()]
    was_cut = names != text
    return bool(parts) and all(
        (_PERSON.fullmatch(part) and all(word[0].isupper() or len(word) < 4 for word in part.split()))
        or (was_cut and len(parts) == 1 and " " not in part)
        for part in parts
    )


def _is_named(text: str) -> bool:
    """Tell whether one word is who wrote something: ``OpenAI``."""
    return bool(re.fullmatch(r"[A-Z][\w.-]+", text))


def _split_people(text: str) -> tuple[str, str]:
    """Split ``Ann Lee, Bo Ek, ACL 2023`` into people and the rest."""
    parts = [part.strip() for part in _MARKS_OF_AUTHORS.sub("", text).split(",")]
    count = 0
    while count < len(parts) and _are_people(parts[count]) and not find_date(parts[count])[0]:
        count += 1
    if count == 1 and not re.search(r"\bet al\b|\band\b|&", parts[0]):
        count = 0  # a few capitalised words alone may as well be a venue
    if any(_are_people(part) for part in parts[count + 1 :]):
        count = 0  # one in the middle could not be told: a part of a list would be taken for the whole
    return ", ".join(parts[:count]), ", ".join(parts[count:])

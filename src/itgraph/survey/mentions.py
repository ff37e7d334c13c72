"""What a cell names: one thing or several, each with the links that belong to it.

``[alpaca_data](…)、[pCLUE](…)、Self-Instruct`` names three things, ``LLaVA [paper] [code]`` one. A space parts names
only where the rest of the table shows that it does (``LLaMA ChatGLM`` beside ``7B 6B``): in most names it is a space.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from itgraph.records import Cell, Link
from itgraph.survey.layouts import Layouts, header_key, loose_key

NOTHING = re.compile(r"[-–—―_?.\s]*|N/?A|/|TBD|TBA|无", re.IGNORECASE)
"""Cell texts that say nothing."""

_SEPARATOR = re.compile(r"\s*[;；、，]\s*|\s*,\s+|,(?=[^\d\s])|\s+/\s+|\s+&&?\s+|\s*&&\s*|\s*／\s*")
_IDENTIFIER = re.compile(r"(?=[^\d]*\d)[A-Za-z][\w.]*(?:-[\w.]+)+")
"""A name as a hub or service writes it: ``gpt-4-turbo``. Several of these are several names."""

_SMALL_WORDS = frozenset("a an the and or on at in to of for link links here full official original".split())
_VERSION = re.compile(r"\b(?:version|mirror)s?$", re.IGNORECASE)
_MOST_WORDS = 5
"""Names have no more words; a comma within a title of more is a comma."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name as a cell writes it, with its links."""

    name: str
    links: tuple[Link, ...] = ()


def link_role(link: Link, layouts: Layouts) -> str:
    """Tell what a link's text says that it leads to: ``paper``, ``project``, or nothing where it names something.

    A text of several such words is one, too: ``Paper/Project link`` (either, as its address tells), ``on Huggingface``.
    """
    words = loose_key(link.text)
    if words in layouts.paper_words:
        return "paper"
    if words in layouts.project_words or not words:
        return "project"
    core = [word for word in words.split() if word not in _SMALL_WORDS]
    papers, projects = _single_words(layouts.paper_words), _single_words(layouts.project_words)
    if not core or not all(word in papers or word in projects for word in core):
        return ""
    return "paper" if all(word in papers for word in core) else "project"


@lru_cache(maxsize=64)
def _single_words(phrases: frozenset[str]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in phrase.split())


def _naming_links(cell: Cell, layouts: Layouts) -> list[Link]:
    """Return the links of a cell that name things; one to ``a zh-cn version`` behind another is of the same thing."""
    naming = [link for link in cell.links if not link_role(link, layouts)]
    return [*naming[:1], *(link for link in naming[1:] if not _VERSION.search(link.text))]


def named_in(text: str, cell: Cell, layouts: Layouts) -> tuple[Named, ...]:
    """Return what a cell names, by its links; ``text`` is the cell's, cleaned. Text between links is names, too."""
    naming = _naming_links(cell, layouts)
    others = tuple(link for link in cell.links if link not in naming)
    if not cell.links:
        return (Named(name=text),)
    rest, places = text, ""
    found: dict[int, Link] = {}
    for link in cell.links:
        at = rest.find(link.text) if link.text else -1
        if at < 0:
            continue
        places += rest[:at]
        if link in others:
            places = re.sub(r"[\[(（]\s*$", "", places)
            rest = re.sub(r"^\s*[\])）]", "", rest[at + len(link.text) :])
        else:
            found[len(found)] = link
            places += f"\0{len(found) - 1}\0"
            rest = rest[at + len(link.text) :]
    places += rest
    if len(naming) < 2:
        plain = re.sub(r"\0\d+\0", lambda match: found[int(match[0].strip("\0"))].text, places)
        return (Named(name=_tidy(plain) or text, links=(*naming, *others)),)
    # Two links with nothing between them but space are two names.
    parts = _SEPARATOR.split(re.sub(r"\0\s+(?=\0\d)", "\0; ", places))
    named = []
    for part in parts:
        marks = [found[int(mark)] for mark in re.findall(r"\0(\d+)\0", part)]
        name = _tidy(re.sub(r"\0(\d+)\0", lambda match: found[int(match[1])].text, part))
        if name and (marks or not NOTHING.fullmatch(name)):
            named.append(Named(name=name, links=tuple(marks)))
    lost = [link for link in naming if link not in found.values()]
    if named and (lost or others):
        named[0] = Named(name=named[0].name, links=(*named[0].links, *lost, *others))
    return tuple(named) or (Named(name=text, links=cell.links),)


def _tidy(text: str) -> str:
    """Take off what is left at the ends of a name when the links around it are gone."""
    text = re.sub(r"\(\s*\)|\[\s*\]|（\s*）", " ", text)
    return " ".join(text.split()).strip(" ,;、，；|·:：")


def split_names(text: str, sizes: str = "", alone: Set[str] = frozenset()) -> list[str]:
    """Split a text that may name several things.

    ``sizes`` is the text of the column of sizes, ``alone`` the names that stand alone in other rows of the table, in
    the form of :func:`header_key`: a space or a slash parts names of which each stands alone elsewhere, or looks like
    an acronym while there are as many sizes as names, or another of them stands alone.

    >>> split_names("T5-LM, mT5"), split_names("BELLE、pCLUE"), split_names("FLAN 2021")
    (['T5-LM', 'mT5'], ['BELLE', 'pCLUE'], ['FLAN 2021'])
    >>> split_names("LLaMA ChatGLM", sizes="7B 6B"), split_names("Stable Diffusion", sizes="1B 2B")
    (['LLaMA', 'ChatGLM'], ['Stable Diffusion'])
    """
    parts = [part.strip() for part in _SEPARATOR.split(text) if part and part.strip()]
    if len(parts) > 1:
        if any(len(part.split()) > _MOST_WORDS for part in parts):
            return [text]
        return list(dict.fromkeys(parts))
    for pattern in (r"\s+", r"/"):
        names = [name for name in re.split(pattern, text) if name]
        if len(names) < 2 or header_key(text) in alone or len(set(names)) < len(names):
            continue
        known = [header_key(name) in alone for name in names]
        like = [is_known or _is_acronym(name) for is_known, name in zip(known, names, strict=True)]
        if all(like) and (any(known) or (pattern == r"\s+" and len(names) == len(sizes.split()))):
            return names
    words = text.split()
    return words if len(words) > 1 and all(map(_IDENTIFIER.fullmatch, words)) else [text] if text else []


def _is_acronym(name: str) -> bool:
    """Tell whether a word is spelled as many models are, with two capitals: ``LLaMA``, ``GPT-3``; not ``Stable``."""
    return sum(character.isupper() for character in name) >= 2

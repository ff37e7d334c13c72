"""How things and relations look and what they are called: one place for the page, the pictures and the legend.

A kind is told by the shape of its box, its icon and its word, a relation by its line and its word; colour only
repeats what these say. Borders have a contrast of 3:1 or more on their ground, and the pairs of colours stay
apart for people who see fewer of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from unicodedata import category, east_asian_width

from itgraph import terms
from itgraph.lineage.edges import RELATIONS as LINEAGE
from itgraph.lineage.edges import Relation

Theme = Literal["light", "dark"]
Lens = Literal["access"]
"""What else than their kind boxes can be coloured by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a kind of thing looks: its word, the name of its shape, its icon (a path in 16 x 16) and its colours."""

    word: str
    shape: str
    icon: str
    light: str
    dark: str
    light_fill: str
    dark_fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a relation looks and what it is called.

    ``up`` is said before the parent, ``down`` before the child, ``verb`` from the child to the parent; ``word`` stands
    on the arrow, which leads from the parent to the child. ``dash`` is what SVG calls ``stroke-dasharray``: empty for
    a solid line.
    """

    property: str
    word: str
    up: str
    down: str
    verb: str
    light: str
    dark: str
    dash: str = ""
    width: float = 1.6
    is_lineage: bool = True


_THING = "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z"

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "model": Kind(
            word="model",
            shape="rounded",
            icon="M8 1.5l5.5 3v7L8 14.5l-5.5-3v-7zM2.5 4.5L8 7.5l5.5-3M8 7.5v7",
            light="#1B6AA5",
            dark="#8EC7F5",
            light_fill="#EDF5FC",
            dark_fill="#10273A",
        ),
        "dataset": Kind(
            word="dataset",
            shape="square",
            icon="M3 4c0-1.4 2.2-2.5 5-2.5s5 1.1 5 2.5-2.2 2.5-5 2.5S3 5.4 3 4z"
            "M3 4v8c0 1.4 2.2 2.5 5 2.5s5-1.1 5-2.5V4",
            light="#8F6E05",
            dark="#FFCB3B",
            light_fill="#FFF6DC",
            dark_fill="#33290B",
        ),
        "benchmark": Kind(
            word="benchmark",
            shape="hexagon",
            icon="M2 12a6 6 0 1 1 12 0M8 12l3-4.5",
            light="#87250A",
            dark="#E8714F",
            light_fill="#FCEEE9",
            dark_fill="#35170E",
        ),
        "technique": Kind(
            word="technique",
            shape="slanted",
            icon="M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4"
            "M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4",
            light="#A93BB8",
            dark="#D08AF5",
            light_fill="#FAEEFB",
            dark_fill="#2B1735",
        ),
        "paper": Kind(
            word="paper",
            shape="cut",
            icon="M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3M5.5 8h5M5.5 11h5",
            light="#222222",
            dark="#A6A6A6",
            light_fill="#F6F6F6",
            dark_fill="#26282B",
        ),
        "person": Kind(
            word="person",
            shape="pill",
            icon="M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14.5c0-3 2.5-5 5.5-5s5.5 2 5.5 5",
            light="#057A5B",
            dark="#3DE6A8",
            light_fill="#E9F7F2",
            dark_fill="#0C2E24",
        ),
        "organization": Kind(
            word="organization",
            shape="pill",
            icon="M3 14.5v-12h7v12M10 6.5h3v8M1.5 14.5h13M5.5 5.5h2M5.5 8.5h2M5.5 11.5h2",
            light="#057A5B",
            dark="#3DE6A8",
            light_fill="#E9F7F2",
            dark_fill="#0C2E24",
        ),
        "thing": Kind(
            word="thing",
            shape="rounded",
            icon=_THING,
            light="#5A5A5A",
            dark="#A6A6A6",
            light_fill="#F6F6F6",
            dark_fill="#26282B",
        ),
    }
)
"""The kinds, in the order of the legend; what has no kind of its own is a ``thing``."""


def _lineage(
    name: Relation, term: str, *, word: str, light: str, dark: str, dash: str = "", width: float = 1.6
) -> Line:
    """Return the line of a relation of lineage, which is called here as it is everywhere."""
    said = LINEAGE[name]
    return Line(
        property=term,
        word=word,
        up=said.up,
        down=said.down,
        verb=said.verb,
        light=light,
        dark=dark,
        dash=dash,
        width=width,
    )


LINES: Mapping[str, Line] = MappingProxyType(
    {
        "baseModel": _lineage(
            "baseModel",
            terms.BASE_MODEL,
            word="base of",
            light="#222222",
            dark="#F0F0F0",
        ),
        "trainedOn": _lineage(
            "trainedOn",
            terms.TRAINED_ON,
            word="trained",
            light="#B34700",
            dark="#FF9A57",
            dash="8 4",
        ),
        "generatedBy": _lineage(
            "generatedBy",
            terms.GENERATED_BY,
            word="wrote",
            light="#8A3FD1",
            dark="#CF8CFF",
            dash="1 4.5",
            width=2.2,
        ),
        "sourceDataset": _lineage(
            "sourceDataset",
            terms.SOURCE_DATASET,
            word="source of",
            light="#00664B",
            dark="#2FC79A",
            dash="9 3 2 3",
        ),
        "describedIn": Line(
            property=terms.DESCRIBED_IN,
            word="describes",
            up="described in",
            down="describes",
            verb="is described in",
            light="#767676",
            dark="#8C8C8C",
            width=1.1,
            is_lineage=False,
        ),
        "author": Line(
            property=terms.SCHEMA_AUTHOR,
            word="author of",
            up="author",
            down="author of",
            verb="has the author",
            light="#767676",
            dark="#8C8C8C",
            width=1.1,
            is_lineage=False,
        ),
        "developer": Line(
            property=terms.DEVELOPER,
            word="developed",
            up="developer",
            down="developer of",
            verb="was developed by",
            light="#057A5B",
            dark="#3DE6A8",
            width=1.1,
            is_lineage=False,
        ),
        "memberOf": Line(
            property=terms.MEMBER_OF,
            word="family of",
            up="version of",
            down="family of",
            verb="is a version of",
            light="#1B6AA5",
            dark="#8EC7F5",
            dash="3 3",
            width=1.1,
            is_lineage=False,
        ),
    }
)
"""The relations, in the order of the legend: lineage first, then what else can be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How an access looks under the lens: its word, the icon that stands in for that of the kind, and its colours."""

    word: str
    icon: str
    light: str
    dark: str
    light_fill: str
    dark_fill: str


USES: Mapping[str, Use] = MappingProxyType(
    {
        "open": Use(
            word="open",
            icon="M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11z",
            light="#0A4C9A",
            dark="#78B9FD",
            light_fill="#BCD4FA",
            dark_fill="#13368B",
        ),
        "restricted": Use(
            word="restricted",
            icon="M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11zM5 8h6",
            light="#8F5500",
            dark="#D99A45",
            light_fill="#EEDAA8",
            dark_fill="#422702",
        ),
        "closed": Use(
            word="closed",
            icon="M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
            light="#6E0C50",
            dark="#FBD9EA",
            light_fill="#F9C6DA",
            dark_fill="#831F5F",
        ),
        "unknown": Use(
            word="not known",
            icon="M5.2 6a2.8 2.8 0 1 1 4 2.5c-.8.4-1.2.9-1.2 1.8v.4M8 13v.6",
            light="#767676",
            dark="#868B90",
            light_fill="#FFFFFF",
            dark_fill="#14171A",
        ),
    }
)
"""What may be done with a thing, from the widest to the narrowest; what nobody says is none of these."""

LINEAGE_NAMES = tuple(name for name, line in LINES.items() if line.is_lineage)

GROUNDS: Mapping[Theme, Mapping[str, str]] = MappingProxyType(
    {
        "light": {"ground": "#FFFFFF", "text": "#1A1A1A", "faint": "#595959"},
        "dark": {"ground": "#14171A", "text": "#F2F2F2", "faint": "#B4B8BD"},
    }
)

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"

# Advance widths of the printable ASCII characters in hundredths of the font size, read off DejaVu Sans: the widest of
# the fonts that systems use for their own interfaces, so that text set in any of them fits.
_ADVANCES = (
    *(32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34),
    *(84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99),
    *(69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52),
    *(39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84),
)
_OTHER, _WIDE = 70, 105


def text_width(text: str, size: float) -> float:
    """Return the width that a text needs at a font size, in pixels, in whatever sans-serif font is at hand.

    >>> text_width("Alpaca", 100), text_width("模型", 100)
    (336.0, 210.0)
    """
    return sum(map(_advance, text)) * size / 100


def shorten(text: str, size: float, width: float) -> str:
    """Return a text on one line, cut with an ellipsis to what fits into a width.

    >>> shorten("Unnatural  Instructions", 12, 100), shorten("LIMA", 12, 100)
    ('Unnatural Inst…', 'LIMA')
    """
    # Of a text of any length, no more than could fit is looked at.
    text = " ".join(text[:_MOST_LOOKED_AT].split())
    room = width * 100 / size
    used = 0
    kept = 0
    for place, character in enumerate(text):
        used += _advance(character)
        if used > room:
            return text[:kept].rstrip() + "…"
        if used + _ELLIPSIS <= room:
            kept = place + 1
    return text


_MOST_LOOKED_AT = 2000
_ELLIPSIS = 100


def _advance(character: str) -> int:
    code = ord(character)
    if 32 <= code < 127:
        return _ADVANCES[code - 32]
    if category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return _WIDE if east_asian_width(character) in {"W", "F"} else _OTHER

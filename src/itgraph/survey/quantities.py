"""Figures as surveys write them: ``0.8M``, ``~183K``, ``75K/110K``, ``300K+``, ``5K to 5M per task``, ``6B Tokens``.

Figures are exact integers (a decimal fraction times a power of ten, never a float). What cannot be read stays text.
"""

from __future__ import annotations

import re
from decimal import Decimal

from itgraph.records import Quantity

_MULTIPLIERS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12, "万": 10**4, "亿": 10**8}
_WORDS = {"thousand": "K", "million": "M", "billion": "B", "trillion": "T"}
_UNITS = {
    "token": "tokens",
    "task": "tasks",
    "lang": "languages",
    "language": "languages",
    "instruction": "instructions",
    "instance": "instances",
    "sample": "instances",
    "example": "instances",
    "param": "parameters",
    "parameter": "parameters",
}
# Full-width forms as CJK input methods write them: the survey has `～1M`.
_WIDE = str.maketrans({"～": "~", "〜": "~", "＋": "+", "／": "/", "．": ".", "，": ",", "－": "-", "≈": "~", "∼": "~"})

# At most 15 digits and a unit: nothing that is counted here is larger, and a hostile row of digits stays text.
_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,15})(?:\.\d{1,9})?"
_LONGEST = 80
"""No figure is longer; a cell that swallowed half the table is no figure."""
_FIGURE = rf"({_NUMBER})\s?([KMBT万亿]?)"
_SINGLE = re.compile(rf"(~|about |approx\.? |around )?\s*{_FIGURE}(\+)?", re.IGNORECASE)
_RANGE = re.compile(rf"{_FIGURE}\s*(?:to|-|–|—|~)\s*{_FIGURE}", re.IGNORECASE)
# Between figures of which each counts: "7B/13B", "3, 7, 12", "7B,13B", "7B 13B", "7B、13B", "7B or 13B". A comma
# between bare digits may be one of thousands gone wrong ("1,23"): it separates only with a space, or after a unit.
_BETWEEN = re.compile(r"\s*[/|、]\s*|,\s++|(?<=[KMBT万亿]),|\s+(?:or|and|&)\s+|(?<=[KMBT万亿])\s+(?=\d)", re.IGNORECASE)
_WORD = re.compile(rf"(?<=\d)\s*(?P<word>{'|'.join(_WORDS)})s?\b", re.IGNORECASE)
_NOTHING = re.compile(r"[-–—―_?.]*|N/?A|/|TBD|TBA|无|未知", re.IGNORECASE)
_TAIL = re.compile(r"\s*(?P<unit>[A-Za-z]{4,}?)s?\.?$")
# What a dataset is made of, behind a figure only: "Multi-Pairs" counts nothing.
_PIECES = re.compile(
    r"(?<=\d)(?P<scale>\s?[KMBT万亿]?\+?)\s*(?:conversation |text |QA |question[- ]answer )?"
    r"(?:entry|entries|(?:pair|row|record|conversation|dialog|dialogue|tree|question|prompt|document|book)s?)$",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"\s+(?:in total|total)$", re.IGNORECASE)
_BYTES = re.compile(
    r"(?<=[^\s\d.])[\s,;]+\d{1,6}(?:\.\d{1,3})?\s?[KMGT]i?B$|\s*\(\d{1,6}(?:\.\d{1,3})?\s?[KMGT]i?B\)$", re.IGNORECASE
)
"""How large a file is, behind how many things are in it: ``52K entries 21.4MB``."""

_PER = re.compile(r"\s*\bper (?P<per>[a-z]+)$", re.IGNORECASE)


def parse_quantity(text: str, unit: str, scale: str = "") -> Quantity | None:
    """Read a figure; ``unit`` is what the column counts, for a text that names no unit of its own.

    ``scale`` is what the column counts in (``B`` where its header is ``Size (B)``), for figures without one.

    Return ``None`` where the text says nothing (empty, or a dash); a text that cannot be read is a quantity with
    precision ``Unreadable``. A text in another unit than the column's keeps its own.

    >>> parse_quantity("0.8M", "instructions").values
    (800000,)
    >>> parse_quantity("300K+", "instances").minimum
    300000
    >>> parse_quantity("6B Tokens", "instructions").unit
    'tokens'
    >>> parse_quantity("1.1 Tokens", "instances").precision
    'Unreadable'
    >>> parse_quantity("7B 13B", "parameters").values
    (7000000000, 13000000000)
    >>> parse_quantity("0.06 - 11", "parameters", scale="B").minimum
    60000000
    >>> parse_quantity("52K entries 21.4MB", "instances").values
    (52000,)
    >>> parse_quantity("-", "instances") is None
    True
    """
    written = " ".join(text.split())
    if _NOTHING.fullmatch(written):
        return None
    rest = _WORD.sub(lambda match: _WORDS[match["word"].lower()], written.translate(_WIDE))
    per = ""
    if len(written) > _LONGEST:
        return Quantity(text=written, precision="Unreadable", unit=unit)
    rest = _TOTAL.sub("", _BYTES.sub("", rest))
    if match := _PER.search(rest):
        per, rest = match["per"].lower(), rest[: match.start()]
    if (match := _TAIL.search(rest)) and match["unit"].lower() in _UNITS:
        unit, rest = _UNITS[match["unit"].lower()], rest[: match.start()]
    elif match := _PIECES.search(rest):
        unit, rest = "instances", rest[: match.end("scale")]
    rest = rest.strip()
    if match := _SINGLE.fullmatch(rest):
        return _single(match, written, unit, per, scale)
    if match := _RANGE.fullmatch(rest):
        # A unit on the second figure alone counts for both ("5-10K").
        low_text, low_scale, high_text, high_scale = match.groups()
        if high_scale and not low_scale and re.search(r"\bto\b", rest):
            return Quantity(text=written, precision="Unreadable", unit=unit, per=per)  # "5 to 100K": 5, or 5K?
        high_scale = high_scale or ("" if low_scale else scale)
        low, high = _integer(low_text, low_scale or high_scale), _integer(high_text, high_scale)
        if low is not None and high is not None and low < high:
            return Quantity(text=written, precision="Range", unit=unit, minimum=low, maximum=high, per=per)
        return Quantity(text=written, precision="Unreadable", unit=unit, per=per)
    parts = [_SINGLE.fullmatch(part.strip()) for part in _BETWEEN.split(rest)]
    if len(parts) > 1 and all(part and not part[1] and not part[4] for part in parts):
        scales = [part[3] for part in parts if part]
        if not any(scales):
            scales = [scale] * len(scales)
        if scales[-1] and not any(scales[:-1]):
            scales = [scales[-1]] * len(scales)  # "7/13B"
        elif not all(scales) and any(scales):
            return Quantity(text=written, precision="Unreadable", unit=unit, per=per)  # "1K/2"
        values = tuple(_integer(part[2], scale) for part, scale in zip(parts, scales, strict=True) if part)
        known = tuple(value for value in values if value is not None)
        if len(known) == len(parts) == len(set(known)):
            return Quantity(text=written, precision="Alternatives", unit=unit, values=known, per=per)
    return Quantity(text=written, precision="Unreadable", unit=unit, per=per)


def _single(match: re.Match[str], written: str, unit: str, per: str, column_scale: str) -> Quantity:
    about, figure, scale, plus = match.groups()
    value = _integer(figure, scale or column_scale)
    # A fraction of a thing that comes in wholes ("1.1 Tokens") means that a multiplier was lost: not to be guessed.
    if value is None or (about and plus):
        return Quantity(text=written, precision="Unreadable", unit=unit, per=per)
    if plus:
        return Quantity(text=written, precision="AtLeast", unit=unit, minimum=value, per=per)
    return Quantity(text=written, precision="About" if about else "Exact", unit=unit, values=(value,), per=per)


def _integer(figure: str, scale: str) -> int | None:
    value = Decimal(figure.replace(",", "")) * _MULTIPLIERS[scale.upper()]
    return int(value) if value == value.to_integral_value() else None

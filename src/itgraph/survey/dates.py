"""Dates as surveys write them, as far as they are known: a year, a month or a day."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(rf"(?<![\w./-]){form}(?![\w/-]|\.\d)", re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?P<between>[-/.])(?P<month>\d{{1,2}})(?P=between)(?P<day>\d{{1,2}})",
        rf"{_YEAR}\s?年\s?(?P<month>\d{{1,2}})\s?月(?:\s?(?P<day>\d{{1,2}})\s?日)?",
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})",
        rf"(?P<month>\d{{1,2}})/{_YEAR}",
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>\d\d)?",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}",
        rf"{_MONTH}[\s,'-]*{_YEAR}",
        rf"{_YEAR}[\s,-]*{_MONTH}",
        rf"{_YEAR}年?",
    )
)


def parse_date(text: str) -> str:
    """Return a text that is a date as ``2023``, ``2023-03`` or ``2023-03-14``; empty where it is none.

    >>> parse_date("2023/03"), parse_date("Mar 2023"), parse_date("14 March 2023"), parse_date("202303")
    ('2023-03', '2023-03', '2023-03-14', '2023-03')
    >>> parse_date("2024/24")
    ''
    """
    written = text.strip(" \t()[]（）【】.,;")
    for form in _FORMS:
        if match := form.fullmatch(written):
            return _date(match)
    return ""


def find_date(text: str) -> tuple[str, str]:
    """Return the last date in a running text, and what is written for it; the most exact form of it counts.

    >>> find_date("Shengyu Zhang et al. ACL 2023 (Mar 2023).")
    ('2023-03', 'Mar 2023')
    >>> find_date("no date, but 12023 and v2023.1.2.3")
    ('', '')
    """
    for form in _FORMS:
        for match in reversed(list(form.finditer(text))):
            if found := _date(match):
                return found, match[0]
    return "", ""


def _date(match: re.Match[str]) -> str:
    """Return the date of a match; empty where the calendar has no such day."""
    groups = match.groupdict()
    year = int(groups["year"])
    name = groups.get("name")
    month = _MONTHS[name.lower()[:3]] if name else int(groups.get("month") or 0)
    day = int(groups.get("day") or 0)
    if not month:
        return f"{year}" if not groups.get("month") else ""
    if not 1 <= month <= 12:
        return ""
    if not day:
        return f"{year}-{month:02}" if not groups.get("day") else ""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""

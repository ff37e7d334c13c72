"""Numbers with their nouns, as messages and pages say them."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "row"), counted(2000, "row"), counted(2, "person", "people")
    ('1 row', '2,000 rows', '2 people')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"

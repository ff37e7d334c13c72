"""Content negotiation: which of the offered media types a client prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WEIGHT = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")


_USUAL_LENGTH = 300


def choose(accept: str, offered: Iterable[str]) -> str | None:
    """Return the media type that the client likes best, of equals the one offered first; ``None`` if it takes none.

    Without a wish, everything is welcome. Of two ranges that fit a type, the more specific one decides.

    >>> choose("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    >>> choose("text/*;q=0.1, */*;q=0", ["application/json", "text/csv"])
    'text/csv'
    >>> choose("image/png", ["text/csv"]) is None
    True
    """
    if len(accept) <= _USUAL_LENGTH:  # most clients say one of a few things
        return _choose_again(accept, tuple(offered))
    return _choose(accept, tuple(offered))


def _choose(accept: str, offered: tuple[str, ...]) -> str | None:
    ranges = _parse_accept(accept)
    if not ranges:
        return offered[0]
    weights = [_weight(media_type, ranges) for media_type in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


_choose_again = lru_cache(maxsize=256)(_choose)


def _parse_accept(accept: str) -> list[tuple[str, float]]:
    ranges = []
    for part in accept.lower().split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        if "/" in media_range:
            given = (value.strip() for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "q")
            ranges.append((media_range, _parse_weight(next(given, "1"))))
    return ranges


def _parse_weight(text: str) -> float:
    # What is no weight is read as if none were given, as browsers and proxies do.
    return float(text) if _WEIGHT.match(text) else 1.0


def _weight(media_type: str, ranges: list[tuple[str, float]]) -> float:
    bare = media_type.partition(";")[0].strip()
    kind = bare.partition("/")[0]
    for wanted in (bare, f"{kind}/*", "*/*"):
        weights = [weight for media_range, weight in ranges if media_range == wanted]
        if weights:
            return max(weights)
    return 0.0

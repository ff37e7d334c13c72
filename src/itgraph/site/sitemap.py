"""The pages of a site for search engines, as sitemaps.org has it: in several files, where one may not hold them all."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE = "sitemap.xml"

MOST = 50_000
"""How many addresses a file may hold."""

LARGEST = 50 * 1024 * 1024
"""How many bytes a file may have."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<{} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


def make_sitemaps(url: str, pages: Iterable[str]) -> dict[str, bytes]:
    """Return the sitemaps of the pages of a site, by their files; the first to be read is always ``sitemap.xml``.

    >>> list(make_sitemaps("https://example.org/", ["index.html", "about.html"]))
    ['sitemap.xml']
    """
    parts = [_enclose("urlset", part) for part in _split(_entry("url", url + page) for page in sorted(pages))]
    if len(parts) == 1:
        return {FILE: parts[0]}
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    index = _enclose("sitemapindex", [_entry("sitemap", url + name) for name in names])
    return {FILE: index, **dict(zip(names, parts, strict=True))}


def _split(entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield entries by as many as a file may hold; once, if there are none."""
    room = LARGEST - len(_enclose("urlset", []))
    part: list[bytes] = []
    size = 0
    for entry in entries:
        if part and (len(part) == MOST or size + len(entry) > room):
            yield part
            part, size = [], 0
        part.append(entry)
        size += len(entry)
    yield part


def _entry(name: str, address: str) -> bytes:
    return f"<{name}><loc>{escape(address)}</loc></{name}>\n".encode()


def _enclose(name: str, entries: Iterable[bytes]) -> bytes:
    return _HEAD.format(name).encode() + b"".join(entries) + f"</{name}>\n".encode()

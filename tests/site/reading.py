"""What a site holds, read as a browser reads it: by a parser of HTML, and not by the patterns that wrote it."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_ADDRESSES = {"href", "src", "srcset", "action", "data", "poster", "formaction"}


class Reader(HTMLParser):
    """The links of a page, its ids, and its scripts that are no data."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.metas: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [(tag, name, value or "") for name, value in attrs if name in _ADDRESSES]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.inline += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if (
            tag == "script"
            and "src" not in given
            and given.get("type") not in {"application/ld+json", "application/json"}
        ):
            self.inline.append("script")
        if tag == "meta":
            self.metas[(given.get("http-equiv") or given.get("name") or "").lower()] = given.get("content") or ""


def read_page(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def read_pages(folder: Path) -> dict[str, Reader]:
    """Read every page but the explorer, which is a program in one file and has tests of its own."""
    paths = (path for path in sorted(folder.rglob("*.html")) if path.name != "explorer.html")
    return {path.relative_to(folder).as_posix(): read_page(path) for path in paths}


def internal_links(pages: dict[str, Reader]) -> list[tuple[str, str, str]]:
    """Return all links to the site itself: the page, the file that is meant, and the fragment."""
    found = []
    for page, reader in pages.items():
        for _, _, value in reader.links:
            parts = urlsplit(value)
            if parts.scheme or parts.netloc:
                continue
            target = unquote(urlsplit(urljoin(f"http://x/site/{page}", value)).path)
            assert target.startswith("/site/"), (page, value)
            found.append((page, target.removeprefix("/site/"), parts.fragment))
    return found

"""From a page of a server to a file: its links lead from file to file, and its head says what a server says by headers.

The pages are our own: their values stand in double quotes, and whatever is not ours in them is escaped. That is why a
pattern finds every link, and nothing else.
"""

from __future__ import annotations

import json
import re
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from itgraph.explorer.page import escape_json

if TYPE_CHECKING:
    from collections.abc import Callable

    Find = Callable[[str], str | None]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'"
)
"""What a page may do: use the files beside it."""
ENGINE_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") + "; worker-src 'self'"
"""What the page may do that asks in SPARQL: that, and run WebAssembly in a worker."""

_TAG = re.compile(r"<[a-z][a-z0-9]*\s[^<>]*>")
_LINK = re.compile(r'\s(href|src|srcset|action)="(/(?!/)[^"]*)"')
_DATA = re.compile(r'(<script type="application/ld\+json">)(.*?)(</script>)', re.DOTALL)
_CANONICAL = re.compile(r'\s*<link rel="canonical" [^<>]*>')
_CHARSET = '<meta charset="utf-8">'


def rewrite_page(html: str, find: Find, *, canonical: str = "", policy: str = POLICY) -> str:
    """Return a page with other links; ``find`` gives the new one for each, or ``None`` for a link to nothing.

    Whoever has a link to nothing keeps its text. ``canonical`` is the address of the page, if it is known.

    >>> print(rewrite_page('<a href="/page/x">"/page/x"</a> <a href="/none">n</a>', {"/page/x": "x.html"}.get))
    <a href="x.html">"/page/x"</a> <a>n</a>
    """

    def relink(match: re.Match[str]) -> str:
        # What is typed into a search is no part of the address of its form: the first page is not what answers it.
        is_search = match[1] == "action" and match[2] == "/"
        found = find("/search" if is_search else unescape(match[2]))
        return "" if found is None else f' {match[1]}="{escape(found)}"'

    html = _CANONICAL.sub("", html)
    html = _TAG.sub(lambda tag: _LINK.sub(relink, tag[0]), html)
    html = _DATA.sub(lambda block: block[1] + _rewrite_data(block[2], find) + block[3], html)
    head = [f'<meta http-equiv="Content-Security-Policy" content="{policy}">']
    head.append('<meta name="referrer" content="no-referrer">')
    if canonical:
        head.append(f'<link rel="canonical" href="{escape(canonical)}">')
    return html.replace(_CHARSET, "\n".join([_CHARSET, *head]), 1)


def _rewrite_data(text: str, find: Find) -> str:
    """Return structured data with the addresses in it that begin with a slash, as links do."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            walked = {key: _address(item, find) if key in _ADDRESSES else walk(item) for key, item in value.items()}
            return {key: item for key, item in walked.items() if item is not None}
        return [walk(item) for item in value] if isinstance(value, list) else value

    return escape_json(json.dumps(walk(json.loads(text)), ensure_ascii=False, indent=1))


_ADDRESSES = {"@id", "url", "contentUrl"}


def _address(value: Any, find: Find) -> Any:
    is_link = isinstance(value, str) and value.startswith("/")
    return find(value) if is_link else value

"""Pages of a server become pages of files."""

from __future__ import annotations

import json
import re

from itgraph.site.rewriting import ENGINE_POLICY, POLICY, rewrite_page

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<link rel="canonical" href="/page/model/a">
<script type="application/ld+json">{"@id": "https://w3id.org/x", "url": "/page/model/a", "name": "/page/model/a",
"distribution": [{"contentUrl": "/none"}]}</script>
</head>
<body>
<a class="x" href="/page/model/a?x=1&amp;y=2">href="/page/model/a"</a>
<a href="https://example.org/">out</a> <a href="#here">here</a> <a href="//example.org/x">out too</a>
<source srcset="/page/model/a"> <form action="/none" method="get"></form> <img src="/none" alt="picture">
&lt;a href="/page/model/a"&gt;
</body></html>
"""


def find(address: str) -> str | None:
    return {"/page/model/a": "a.html", "/page/model/a?x=1&y=2": 'a~x-1&"<.html'}.get(address)


def test_links_lead_to_files_and_text_is_left_alone() -> None:
    html = rewrite_page(PAGE, find)
    assert '<a class="x" href="a~x-1&amp;&quot;&lt;.html">href="/page/model/a"</a>' in html
    assert '<a href="https://example.org/">out</a> <a href="#here">here</a>' in html
    assert '<source srcset="a.html"> <form method="get"></form> <img alt="picture">' in html
    assert '&lt;a href="/page/model/a"&gt;' in html


def test_structured_data_is_moved_with_them() -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', rewrite_page(PAGE, find), re.DOTALL)
    assert found is not None
    assert json.loads(found[1]) == {
        "@id": "https://w3id.org/x",
        "url": "a.html",
        "name": "/page/model/a",
        "distribution": [{}],
    }


def test_the_address_of_a_page_is_that_of_the_site() -> None:
    assert 'rel="canonical"' not in rewrite_page(PAGE, find)
    whole = rewrite_page(PAGE, find, canonical="https://example.org/?a&b")
    assert re.findall(r'<link rel="canonical"[^>]*>', whole) == [
        '<link rel="canonical" href="https://example.org/?a&amp;b">'
    ]


def test_every_page_has_a_policy_that_allows_files_beside_it_and_no_more() -> None:
    assert f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">' in rewrite_page(PAGE, find)
    for word in ("unsafe", "http", "*", "blob"):
        assert word not in POLICY
    assert set(ENGINE_POLICY.split()) - set(POLICY.split()) == {"'wasm-unsafe-eval';", "worker-src"}


def test_the_form_of_the_search_leads_to_the_search() -> None:
    html = rewrite_page('<a href="/">home</a> <form action="/">', {"/": "index.html", "/search": "search.html"}.get)
    assert html == '<a href="index.html">home</a> <form action="search.html">'

from __future__ import annotations

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.server.plain import PlainRequest, read_plain

HOST = b"Host: localhost\r\n"


def get(target: bytes = b"/a?b=c", headers: bytes = HOST) -> bytes:
    return b"GET %s HTTP/1.1\r\n%s\r\n" % (target, headers)


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        get()[:-1],
        get() + b"x",
        get() + get(),
        get().replace(b"GET", b"HEAD"),
        get().replace(b"GET", b"get"),
        get().replace(b"1.1", b"1.0"),
        get().replace(b" HTTP", b"  HTTP"),
        get().replace(b"\r\n", b"\n"),
        get(b"/a%20b"),
        get(b"/a#b"),
        get(b"/a?b=\xc3\xa9"),
        get(b"/a?b=<c>"),
        get(b"a"),
        get(b"http://localhost/a"),
        get(b"*"),
        get(headers=b""),
        get(headers=b"Host:\r\n"),
        get(headers=b"Host: \r\n"),
        get(headers=b"Accept: */*\r\n"),
        get(headers=HOST + HOST),
        get(headers=HOST + b"host: other\r\n"),
        get(headers=HOST + b"Accept: a/b\r\nAccept: c/d\r\n"),
        get(headers=HOST + b"Content-Length: 0\r\n"),
        get(headers=HOST + b"Transfer-Encoding: chunked\r\n"),
        get(headers=HOST + b"Expect: 100-continue\r\n"),
        get(headers=HOST + b"Upgrade: websocket\r\n"),
        get(headers=HOST + b"Connection: close\r\n"),
        get(headers=HOST + b"Connection: keep-alive, Upgrade\r\n"),
        get(headers=HOST + b" folded: x\r\n"),
        get(headers=HOST + b"name : x\r\n"),
        get(headers=HOST + b"name: \x00\r\n"),
        get(headers=HOST + b"name: a\rb\r\n"),
        get(headers=HOST + b"name\r\n"),
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(request_: bytes) -> None:
    assert read_plain(request_) is None


def test_what_clients_send_is_plain() -> None:
    browser = HOST + b'Connection: keep-alive\r\nsec-ch-ua: "A";v="1"\r\nAccept: */*;q=0.8 \r\nCookie: \r\n'
    assert read_plain(get(headers=browser)) == PlainRequest(
        b"/a",
        b"b=c",
        {
            b"host": b"localhost",
            b"connection": b"keep-alive",
            b"sec-ch-ua": b'"A";v="1"',
            b"accept": b"*/*;q=0.8",
            b"cookie": b"",
        },
    )
    assert read_plain(get(b"/")) == PlainRequest(b"/", b"", {b"host": b"localhost"})
    assert read_plain(get(b"/?")) == PlainRequest(b"/", b"", {b"host": b"localhost"})


class Parsed:
    """What a real parser makes of a request."""

    def __init__(self, data: bytes) -> None:
        self.url = b""
        self.headers: dict[bytes, bytes] = {}
        self.complete = 0
        parser = httptools.HttpRequestParser(self)
        parser.feed_data(data)
        self.method, self.version = parser.get_method(), parser.get_http_version()

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        assert name.lower() not in self.headers
        self.headers[name.lower()] = value.strip()

    def on_message_complete(self) -> None:
        self.complete += 1


PIECES = st.sampled_from(
    [b"GET ", b"/", b"a", b"?", b"=", b"%41", b"&", b" HTTP/1.1", b"\r\n", b"Host", b": ", b"x", b"Accept", b"\t", b" "]
)


@given(st.lists(PIECES, max_size=14).map(b"".join), st.sampled_from([b"", b"\r\n\r\n"]))
def test_what_is_plain_means_the_same_to_a_parser(middle: bytes, end: bytes) -> None:
    data = b"GET /" + middle + b" HTTP/1.1\r\nHost: x\r\n" + end[2:]
    found = read_plain(data)
    if found is not None:
        parsed = Parsed(data)
        url = httptools.parse_url(parsed.url)
        assert (parsed.method, parsed.version, parsed.complete) == (b"GET", "1.1", 1)
        assert (found.path, found.query, found.headers) == (url.path, url.query or b"", parsed.headers)

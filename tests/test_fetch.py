"""Reading from paths, standard input and (loopback) web addresses."""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.web import Quiet, serving

from itgraph.errors import SourceError
from itgraph.fetch import read_input
from itgraph.survey.document import MAXIMUM_BYTES


class _Handler(Quiet, BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/README.md":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"# A survey\n")
        elif self.path.startswith("/slow"):
            self._send_slowly()
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"# A survey\n")
        else:
            self.send_response(404)
            self.end_headers()

    def _send_slowly(self) -> None:
        """Send a byte now and then, of the head or of what comes after it."""
        if self.path == "/slow/body":
            self.send_response(200)
            self.end_headers()
        self.close_connection = True
        with contextlib.suppress(OSError):
            for _ in range(60):
                self.wfile.write(b"x")
                time.sleep(0.05)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(_Handler) as address:
        yield address


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(b"text")
    read = read_input(str(tmp_path / "README.md"))
    assert (read.data, read.repository, read.commit) == (b"text", "", "")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"text")))
    assert read_input("-").data == b"text"


def test_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "huge.md").write_bytes(b"x" * (MAXIMUM_BYTES + 1000))
    assert len(read_input(str(tmp_path / "huge.md")).data) == MAXIMUM_BYTES + 1


def test_an_address(address: str) -> None:
    assert read_input(f"{address}/README.md").data == b"# A survey\n"


def test_an_address_without_a_page(address: str) -> None:
    with pytest.raises(SourceError, match="404"):
        read_input(f"{address}/absent.md")


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_never_comes_to_an_end_is_given_up(part: str, address: str) -> None:
    with pytest.raises(SourceError, match=r"no whole answer within 0\.5 seconds"):
        read_input(f"{address}/slow/{part}", seconds=0.5)


def test_an_answer_that_breaks_off_is_not_taken_for_the_whole(address: str) -> None:
    with pytest.raises(SourceError, match="the answer broke off"):
        read_input(f"{address}/cut")


@pytest.mark.parametrize(
    "source",
    [
        "http://u:s3cret@127.0.0.1:1/README.md",
        "http://u:p/s3cret@127.0.0.1:1/README.md",
        "ftp://u:s3cret@127.0.0.1/README.md",
        "http:/u:s3cret@127.0.0.1/README.md",
    ],
)
def test_no_password_is_shown(source: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_input(source)
    assert "s3cret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("source", ["ftp://example.org/README.md", "file:///etc/passwd", "gopher://x/y"])
def test_other_schemes_are_refused(source: str) -> None:
    with pytest.raises(SourceError, match="http"):
        read_input(source)


def test_a_folder_and_an_absent_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="folder"):
        read_input(str(tmp_path))
    with pytest.raises(SourceError, match="cannot be read"):
        read_input(str(tmp_path / "absent.md"))


def test_a_github_address_tells_where_it_is_from(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Response(io.BytesIO):
        length = 0

    def urlopen(request: object, timeout: float) -> Response:
        asked.append((request.full_url, timeout))  # type: ignore[attr-defined]
        return Response(b"# A survey\n")

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    commit = "5b028076bd4c69996186fa979c4f1102d522eef7"
    read = read_input(f"https://github.com/xiaoya-li/Instruction-Tuning-Survey/blob/{commit}/README.md#L1")
    assert asked[0][0] == f"https://raw.githubusercontent.com/xiaoya-li/Instruction-Tuning-Survey/{commit}/README.md"
    assert (read.repository, read.commit, read.path) == (
        "https://github.com/xiaoya-li/Instruction-Tuning-Survey",
        commit,
        "README.md",
    )

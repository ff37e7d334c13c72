"""Reading a survey from where it is: a file, standard input, or a web address."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from itgraph.errors import SourceError
from itgraph.survey.document import MAXIMUM_BYTES

_TIMEOUT_SECONDS = 30
_GITHUB_BLOB = re.compile(
    r"https://(?:github\.com/(?P<a>[^/]+/[^/]+)/(?:blob|raw)|raw\.githubusercontent\.com/(?P<b>[^/]+/[^/]+))"
    r"/(?P<ref>[^/]+)/(?P<path>[^?#]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Bytes, what to call them in messages, and where they come from as far as the address tells."""

    data: bytes
    name: str
    repository: str = ""
    commit: str = ""
    path: str = "README.md"


def read_input(source: str) -> Input:
    """Read a path, ``-`` for standard input, or an http(s) address.

    The address of a file on GitHub is read as the file itself, and tells repository, commit (if it has one) and path.

    Raises:
        SourceError: there is nothing to read there.
    """
    if source == "-":
        return Input(data=sys.stdin.buffer.read(MAXIMUM_BYTES + 1), name="standard input")
    if re.match(r"https?://", source, re.IGNORECASE):
        return _download(source)
    if re.match(r"[a-z][a-z0-9+.-]+://", source, re.IGNORECASE):
        raise SourceError(f"{source}: only http and https addresses can be read; download the file and give its path")
    path = Path(source)
    try:
        with path.open("rb") as file:
            return Input(data=file.read(MAXIMUM_BYTES + 1), name=source)
    except IsADirectoryError as error:
        raise SourceError(f"{source} is a folder; give the README in it") from error
    except OSError as error:
        raise SourceError(f"{source}: cannot be read: {error.strerror or error}") from error


def _download(address: str) -> Input:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    repository = commit = ""
    path = "README.md"
    if match := _GITHUB_BLOB.match(address):
        owner, ref = match["a"] or match["b"], match["ref"]
        repository = f"https://github.com/{owner}"
        address = f"https://raw.githubusercontent.com/{owner}/{ref}/{match['path']}"
        if re.fullmatch(r"[0-9a-f]{40}", ref):  # of a branch it is not clear where its name ends
            commit, path = ref, match["path"]
    try:
        request = Request(address, headers={"User-Agent": "itgraph"})  # noqa: S310 - http(s) only
        with urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310
            data: bytes = response.read(MAXIMUM_BYTES + 1)
    except HTTPError as error:
        raise SourceError(
            f"{address}: the server answers {error.code} {error.reason}; is the address right?"
        ) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise SourceError(f"{address}: cannot be fetched: {reason}") from error
    return Input(data=data, name=address, repository=repository, commit=commit, path=path)

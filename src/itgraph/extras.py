"""The packages of the extras: which extra brings which, and what is said where one is missing."""

from __future__ import annotations

from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING

from itgraph.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping

EXTRAS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "explore": ("jinja2", "pyvis"),
        "frames": ("pandas", "polars", "pyarrow"),
        "mcp": ("mcp",),
        "serve": ("httptools", "jinja2", "uvicorn", "uvloop"),
    }
)
"""The extras of ``pyproject.toml`` and what each brings, as it is imported; ``all`` is all of them."""


def require_extra(purpose: str, *packages: str) -> None:
    """Check that the packages that something needs are installed, without importing them.

    Raises:
        MissingExtraError: one is not; says which, and the command that installs it.

    >>> require_extra("the lineage explorer's page", "itgraph")
    >>> require_extra("a crystal ball", "no_such_package")
    Traceback (most recent call last):
        ...
    itgraph.errors.MissingExtraError: a crystal ball needs no_such_package, which is not installed; \
`pip install "itgraph[all]"` installs it
    """
    missing = tuple(package for package in packages if find_spec(package) is None)
    if missing:
        raise MissingExtraError(purpose, packages=missing, extra=extra_of(missing))


def extra_of(packages: tuple[str, ...]) -> str:
    """Return the extra that brings packages: the one that brings them all, else ``all``.

    >>> extra_of(("pandas", "polars")), extra_of(("pandas", "jinja2"))
    ('frames', 'all')
    """
    return next((extra for extra, brought in EXTRAS.items() if set(packages) <= set(brought)), "all")

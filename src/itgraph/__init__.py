"""itgraph: what a language model descends from, as a graph that can be asked, seen and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["Graph", "ItgraphError", "Table", "Thing", "__version__", "load"]

if TYPE_CHECKING:
    from itgraph.errors import ItgraphError
    from itgraph.graph import Graph, load
    from itgraph.lookup import Thing
    from itgraph.results import Table

_HOMES = {
    "Graph": "itgraph.graph",
    "ItgraphError": "itgraph.errors",
    "Table": "itgraph.results",
    "Thing": "itgraph.lookup",
    "load": "itgraph.graph",
}


def __getattr__(name: str) -> Any:
    # Public names are imported when they are first used, so that the command line starts quickly (PEP 562).
    if name not in _HOMES:
        raise AttributeError(f"module 'itgraph' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))

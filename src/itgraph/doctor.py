"""What is installed here, and whether it works: for ``itgraph doctor``.

Nothing heavy is imported before it is looked at: a broken package is a line of the report, not its end.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from itgraph import __version__, resources
from itgraph.errors import ItgraphError, SourceError
from itgraph.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from packaging.requirements import Requirement

State = Literal["ok", "absent", "wrong"]
"""``absent`` is what need not be there; ``wrong`` is what keeps something from working."""

_MARKS: dict[State, str] = {"ok": "ok", "absent": "--", "wrong": "!!"}
_AGAIN = "install itgraph again, or run it from a complete checkout"
_PROGRAMS = (
    ("dot", "graphviz", "draws what `itgraph lineage --format dot` writes"),
    ("git", "git", "fetches newer versions of a survey for `itgraph update`"),
    ("node", "Node.js", "is needed to build the SPARQL editor, and the engine of `itgraph site`, into a wheel"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: what was found, and what to do about it."""

    group: str
    name: str
    state: State
    found: str
    advice: str = ""


def examine(location: str | None = None) -> tuple[Check, ...]:
    """Look at everything that itgraph needs or can use; ``location`` is a graph to look at besides the shipped one.

    Nothing is written, and no network is touched but to ask the server that ``location`` names.
    """
    return (
        *_check_python(),
        *_check_packages(),
        *_check_files(),
        *_check_graphs(location),
        *_check_programs(),
    )


def is_well(checks: Sequence[Check]) -> bool:
    """Tell whether nothing is wrong."""
    return all(check.state != "wrong" for check in checks)


def format_checks(checks: Sequence[Check]) -> str:
    """Return a report for people.

    >>> shipped = Check(group="graph", name="shipped", state="ok", found="20,000 quads")
    >>> frames = Check(group="extras", name="frames", state="absent", found="no pandas", advice="install it")
    >>> print(format_checks([shipped, frames]), end="")
    graph
      ok  shipped  20,000 quads
    extras
      --  frames   no pandas
                   install it
    All is well.
    """
    width = max(len(check.name) for check in checks)
    lines = []
    group = ""
    for check in checks:
        if check.group != group:
            group = check.group
            lines.append(group)
        lines.append(f"  {_MARKS[check.state]}  {check.name:<{width}}  {check.found}")
        if check.advice:
            lines.append(f"      {'':<{width}}  {check.advice}")
    wrong = sum(check.state == "wrong" for check in checks)
    said = f"{counted(wrong, 'thing')} marked !! {'needs' if wrong == 1 else 'need'} attention."
    lines.append(said if wrong else "All is well.")
    return "".join(f"{line}\n" for line in lines)


def format_checks_json(checks: Sequence[Check]) -> str:
    """Return a report for programs: whether all is well, and every check."""
    import json

    report = {"itgraph": __version__, "well": is_well(checks), "checks": [asdict(check) for check in checks]}
    return f"{json.dumps(report, ensure_ascii=True, indent=2)}\n"


def _check_python() -> Iterator[Check]:
    import platform

    yield Check(group="itgraph", name="itgraph", state="ok", found=f"{__version__}, in {Path(__file__).parent}")
    python = f"{platform.python_implementation()} {platform.python_version()}, {sys.executable}"
    yield Check(group="itgraph", name="Python", state="ok", found=python)
    yield Check(group="itgraph", name="system", state="ok", found=platform.platform())


# -- packages --------------------------------------------------------------------------------------------------


def _check_packages() -> Iterator[Check]:
    """Hold what is installed against what the package's own metadata ask for."""
    from importlib.metadata import PackageNotFoundError, requires
    from importlib.util import find_spec

    try:
        needed = requires("itgraph") or []
    except PackageNotFoundError:
        yield Check(
            group="packages",
            name="itgraph",
            state="wrong",
            found="runs from files that were not installed, so that what it needs is not known",
            advice=_AGAIN,
        )
        return
    if find_spec("packaging") is None:
        yield Check(group="packages", name="packaging", state="wrong", found="not installed", advice=_AGAIN)
        return
    from packaging.requirements import Requirement

    requirements = sorted(map(Requirement, needed), key=lambda requirement: requirement.name.lower())
    for requirement in requirements:
        if _is_wanted(requirement, ""):
            yield _check_package(requirement)
    extras = sorted({extra for requirement in requirements for extra in _extras_of(requirement)} - {"all"})
    for extra in extras:
        yield _check_extra(extra, [one for one in requirements if extra in _extras_of(one) and _is_wanted(one, extra)])


def _is_wanted(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _extras_of(requirement: Requirement) -> set[str]:
    """Return the extras that ask for a package."""
    import re

    return set(re.findall(r"""extra == ['"]([\w.-]+)['"]""", str(requirement.marker or "")))


def _installed(requirement: Requirement) -> tuple[State, str]:
    """Return whether a package is there, and in which version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return "absent", "not installed"
    if not requirement.specifier.contains(found, prereleases=True):
        return "wrong", f"{found}, but itgraph needs {requirement.specifier}"
    return "ok", found


def _check_package(requirement: Requirement) -> Check:
    state, found = _installed(requirement)
    return Check(
        group="packages",
        name=requirement.name,
        state="ok" if state == "ok" else "wrong",
        found=found,
        advice="" if state == "ok" else f'`pip install "{requirement.name}{requirement.specifier}"` installs it',
    )


def _check_extra(extra: str, requirements: Sequence[Requirement]) -> Check:
    found = [(requirement.name, *_installed(requirement)) for requirement in requirements]
    states = {state for _, state, _ in found}
    state: State = "wrong" if "wrong" in states else "absent" if "absent" in states else "ok"
    said = ", ".join(f"{name} {what}" for name, _, what in found)
    advice = "" if state == "ok" else f'`pip install "itgraph[{extra}]"` installs it'
    return Check(group="extras", name=extra, state=state, found=said, advice=advice)


# -- files and graphs ------------------------------------------------------------------------------------------


def _check_files() -> Iterator[Check]:
    folders: tuple[tuple[str, Callable[[], Path]], ...] = (
        ("ontology", resources.ontology_path),
        ("data", resources.data_path),
        ("queries", resources.queries_path),
    )
    for name, find in folders:
        try:
            yield Check(group="files", name=name, state="ok", found=str(find()))
        except SourceError as error:
            yield Check(group="files", name=name, state="wrong", found=str(error))
    web = resources.web_path()
    yield Check(
        group="files",
        name="editor",
        state="ok" if web else "absent",
        found=str(web) if web else "without YASGUI: the query page has its plain editor",
        advice="" if web else "build itgraph where npm (Node.js) is, or install a wheel that was built there",
    )


def _check_graphs(location: str | None) -> Iterator[Check]:
    yield _check_graph("shipped", None)
    if location is not None:
        yield _check_graph("ITGRAPH_STORE" if location == os.environ.get("ITGRAPH_STORE") else "-g", location)


def _check_graph(name: str, location: str | None) -> Check:
    try:
        return _ask_graph(name, location)
    except ItgraphError as error:
        return Check(group="graph", name=name, state="wrong", found=str(error))
    except ImportError as error:
        return Check(group="graph", name=name, state="wrong", found=f"cannot be opened: {error}", advice=_AGAIN)


def _ask_graph(name: str, location: str | None) -> Check:
    from itgraph.store import EmbeddedStore, open_store

    store = open_store(location)
    place = str(getattr(store, "location", ""))
    if not store.ask("ASK { ?model a itg:Model }"):
        return Check(
            group="graph",
            name=name,
            state="wrong",
            found=f"{place}: it answers, but holds no model of itgraph",
            advice=f"`itgraph load {place}` puts the graph there, if it is a server or a folder",
        )
    if location is None:
        return Check(group="graph", name=name, state="ok", found=f"{len(store):,} quads, {resources.say_shipped()}")
    if not isinstance(store, EmbeddedStore):
        return Check(group="graph", name=name, state="ok", found=f"{place}: it answers")
    if not Path(location).is_dir():
        return Check(group="graph", name=name, state="ok", found=f"{place}: {len(store):,} quads")
    if store.indexes is None:
        advice = f"`itgraph index {place}` makes them; a graph of a few thousand things needs none"
        return Check(group="graph", name=name, state="ok", found=f"{place}: a folder without indexes", advice=advice)
    found = f"{place}: a folder with indexes of {store.indexes.names.count():,} names and their lineage"
    return Check(group="graph", name=name, state="ok", found=found)


# -- programs --------------------------------------------------------------------------------------------------


def _check_programs() -> Iterator[Check]:
    import shutil
    import webbrowser

    try:
        browser = getattr(webbrowser.get(), "name", "") or "the system's"
        yield Check(group="programs", name="browser", state="ok", found=str(browser))
    except webbrowser.Error:
        yield Check(
            group="programs",
            name="browser",
            state="absent",
            found="none that could be opened from here",
            advice="`itgraph explore` writes its page all the same: open the file elsewhere",
        )
    for program, name, use in _PROGRAMS:
        path = shutil.which(program)
        found = path or f"not here; it {use}"
        yield Check(group="programs", name=name, state="ok" if path else "absent", found=found)

"""What a shell completes after Tab: names of things and of saved queries, and the scripts that make a shell ask.

A shell asks again at each Tab, so that only what is quick is looked at: names of files, the shipped graph or another
file, the index of names of a large graph. No server is asked, and whatever fails completes nothing and says nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

from itgraph import resources
from itgraph.errors import ItgraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import click

    from itgraph.queries import Parameter

Shell = Literal["bash", "zsh", "fish"]

VARIABLE = "_ITGRAPH_COMPLETE"
"""The environment variable by which a shell asks, as click names it."""

_MOST = 200
_LARGEST_FILE = 20_000_000
# What people ask for; papers and people are told by their kind: person/...
_FIRST_KINDS = ("model", "dataset", "benchmark", "technique")
# What would end a line of an answer, or a field of one, or act on the terminal.
_UNFIT = frozenset({",", *map(chr, range(32)), *map(chr, range(127, 160))})

_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' type value
    local response
    response=$(env COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" %(complete_var)s=bash_complete "$1" 2> /dev/null)
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        case $type in
            dir) COMPREPLY=(); compopt -o dirnames ;;
            file) COMPREPLY=(); compopt -o default ;;
            plain)
                [[ $value == *[=/] ]] && compopt -o nospace
                COMPREPLY+=("$(printf '%%q' "$value")")
                ;;
        esac
    done
    return 0
}
complete -o nosort -o bashdefault -o default -F %(complete_func)s %(prog_name)s
"""


class _Bash(BashComplete):
    """Bash, which takes a word apart at ``=`` and ``:``, and must be told where names need quoting."""

    source_template = _BASH

    def source(self) -> str:
        """Return the script; click would first ask this machine's bash, which need not be the one that reads it."""
        return ShellComplete.source(self)

    def get_completion_args(self) -> tuple[list[str], str]:
        """Read the line as it was typed, and not the words that bash has made of it."""
        typed = os.environ.get("COMP_LINE", "")
        # bash counts bytes in some locales, and characters in others: at the end of the line both mean all of it.
        with suppress(ValueError):
            typed = typed[: int(os.environ.get("COMP_POINT", len(typed)))]
        words = split_arg_string(typed)
        incomplete = words.pop() if words and not typed.endswith((" ", "\t")) else ""
        self._cut = 1 + max(incomplete.rfind(character) for character in "=:")
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Return the part of a completion that stands after what bash takes for a word of its own."""
        return f"{item.type},{item.value[self._cut :]}"


_SHELLS: dict[Shell, type[ShellComplete]] = {"bash": _Bash, "zsh": ZshComplete, "fish": FishComplete}


def answer_bash_our_way() -> None:
    """Tell click to answer bash as the script of ours expects it."""
    add_completion_class(_Bash)


def format_script(shell: Shell, command: click.Command) -> str:
    """Return the script that makes a shell complete ``itgraph``."""
    script = _SHELLS[shell](command, {}, "itgraph", VARIABLE).source()
    return f"{script.rstrip()}\n"


# -- names -----------------------------------------------------------------------------------------------------


def complete_things(location: str | None, kind: str | None, typed: str) -> list[str]:
    """Return the names of things that begin with what was typed, in the case that was typed where there are any.

    ``model/`` and the like before a name narrow it to a kind, and keep standing there.

    >>> complete_things(None, None, "Radiology")
    ['Radiology-GPT']
    >>> complete_things(None, None, "dataset/nect")
    ['dataset/Nectar']
    """
    with suppress(ItgraphError, OSError, ImportError):
        from itgraph.lookup import KINDS

        said, slash, begun = typed.partition("/")
        if slash and said in KINDS and kind in {None, said}:
            return [f"{said}/{name}" for name in _begin(_read_names(location, (said,), begun), begun)]
        return _begin(_read_names(location, _FIRST_KINDS if kind in {None, "thing"} else (kind,), typed), typed)
    return []


def _begin(names: Iterable[str], typed: str) -> list[str]:
    fit = sorted({name for name in names if not _UNFIT & set(name)}, key=lambda name: (name.casefold(), name))
    exactly = [name for name in fit if name.startswith(typed)]
    if not exactly:
        # Shells put in what all that they are given have in common: give them only what is spelled one way so far.
        fit = [name for name in fit if name.casefold().startswith(typed.casefold())]
        exactly = [name for name in fit if name[: len(typed)] == fit[0][: len(typed)]]
    return exactly[:_MOST]


def _read_names(location: str | None, kinds: Sequence[str | None], typed: str) -> list[str]:
    from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES
    from itgraph.store import find_name_index, is_address, open_store

    wanted = [kind for kind in kinds if kind is not None]
    if location is not None and (is_address(location) or _is_slow(Path(location))):
        return []
    store = open_store(location)
    # An index of names is one of things: records and concepts are asked of the graph itself.
    if set(wanted) <= KINDS.keys() and (index := find_name_index(store)) is not None:
        found = index.search(typed, wanted, _MOST) if typed else ()
        return [named.label for named in found] or [n.label for kind in wanted for n in index.most_popular(kind, 20)]
    known = {kind: f"a <{iri}>" for kind, iri in (KINDS | RECORD_KINDS).items()}
    known |= {kind: f"skos:inScheme <{iri}>" for kind, iri in SCHEMES.items()}
    patterns = " UNION ".join(f"{{ ?thing {known[kind]} }}" for kind in wanted if kind in known)
    if not patterns:
        return []
    table = store.select(f"SELECT DISTINCT ?label WHERE {{ {patterns} ?thing rdfs:label ?label }}")
    return [str(row.label) for row in table]


def _is_slow(path: Path) -> bool:
    """Tell whether a graph takes too long to be read at a keystroke."""
    from itgraph.indexes import NAMES_FILE

    return not (path / NAMES_FILE).is_file() if path.is_dir() else path.stat().st_size > _LARGEST_FILE


def complete_queries(typed: str) -> list[str]:
    """Return the names of the saved queries that begin with what was typed.

    >>> complete_queries("teachers-of-m")
    ['teachers-of-model']
    """
    with suppress(ItgraphError, OSError):
        names = sorted(path.stem for path in resources.queries_path().glob("*.rq"))
        return [name for name in names if name.startswith(typed)]
    return []


def complete_parameters(location: str | None, query: str | None, typed: str) -> list[str]:
    """Return the parameters of a saved query, and after ``parameter=`` the names that it may be given.

    >>> complete_parameters(None, "teachers-of-model", "")
    ['model=']
    >>> complete_parameters(None, "teachers-of-model", "model=Radio")
    ['model=Radiology-GPT']
    >>> complete_parameters(None, "works-of-person", "person=Yizhong")
    ['person=Yizhong Wang']
    >>> complete_parameters(None, "large-datasets", "minimum=")
    []
    """
    with suppress(ItgraphError, OSError, ImportError):
        from itgraph.queries import get_query

        parameters = {parameter.name: parameter for parameter in get_query(query or "").parameters}
        name, equals, begun = typed.partition("=")
        if not equals:
            return [f"{name}=" for name in parameters if name.startswith(typed)]
        if name in parameters:
            return [f"{name}={value}" for value in _complete_value(location, parameters[name], begun)]
    return []


def _complete_value(location: str | None, parameter: Parameter, typed: str) -> list[str]:
    """Return the values of a parameter that begin with what was typed: of numbers and texts none, for all may be."""
    if parameter.type == "enum":
        return _begin(parameter.values, typed)
    return [] if parameter.type in {"integer", "iri", "string"} else complete_things(location, parameter.type, typed)


def complete_snapshots(typed: str) -> list[str]:
    """Return the snapshots of the shipped graph that begin with what was typed.

    >>> complete_snapshots("2024")
    ['2024-10-15']
    """
    with suppress(ItgraphError, OSError):
        names = sorted(path.parent.name for path in resources.data_path().glob("*/tables.csv"))
        return [name for name in names if name.startswith(typed)]
    return []

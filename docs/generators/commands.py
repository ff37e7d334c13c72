"""The reference of the command line, made from the commands themselves."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

import click
from docs.generators.markdown import code, escape, fence, table

from itgraph.cli import cli

_INTRODUCTION = """\
# Command reference

`itgraph COMMAND --help` says the same. Data goes to standard output and everything else to standard error, so that
what a command writes can be piped on. Colours are for terminals only, and `NO_COLOR` turns them off.

| exit code | meaning |
|---|---|
| 0 | well |
| 1 | findings, of `check`, `validate`, `doctor`, `extract`, `update` and `index --check` |
| 2 | wrong usage |
| 3 | engine, input or output |

| variable | what |
|---|---|
| `ITGRAPH_STORE` | the graph to ask where `-g` is not given: a file, a folder, or the address of a SPARQL server |
| `ITGRAPH_STORE_USER`, `ITGRAPH_STORE_PASSWORD` | who asks such a server |
| `ITGRAPH_TIMEOUT` | how many seconds an answer of such a server may take |

Names are those of the graph, in any spelling that differs only in letter case, accents, spaces and punctuation. Where
two things have one name, say `--kind`, or write `model/Alpaca`, `itm:alpaca` or the IRI.

This page is made from the commands (`python -m docs.make`).
"""


def write_commands() -> Mapping[str, str]:
    """Return the reference of the commands, by its path."""
    root = click.Context(cli, info_name="itgraph")
    listed = [(name, command) for name, command in cli.commands.items() if not command.hidden]
    rows = [[f"[{name}](#itgraph-{name})", escape(_first_sentence(command))] for name, command in listed]
    parts = [_INTRODUCTION, f"\n{table(('command', 'what'), rows)}"]
    for name, command in listed:
        parts.append(_describe(command, click.Context(command, info_name=name, parent=root)))
    return {"commands.md": "".join(parts)}


def _first_sentence(command: click.Command) -> str:
    text = inspect.cleandoc(command.help or "").split("\n\n")[0]
    return " ".join(text.split())


def _describe(command: click.Command, context: click.Context) -> str:
    if isinstance(command, click.Group):
        inner = [
            _describe(one, click.Context(one, info_name=name, parent=context))
            for name, one in command.commands.items()
            if not one.hidden
        ]
        return f"\n## {context.command_path}\n\n{_help(command)}" + "".join(inner)
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    usage = " ".join([context.command_path, "[OPTIONS]", *(_argument(one) for one in arguments)])
    parts = [f"\n## {context.command_path}\n\n", fence(usage, "text"), "\n", _help(command)]
    rows = [[_names(one), _kind(one), _meaning(one)] for one in options]
    if rows:
        parts.append("\n" + table(("option", "value", "what"), rows))
    return "".join(parts)


def _argument(argument: click.Argument) -> str:
    """Return an argument as it is written in a line of usage; the same in every version of click."""
    name = argument.metavar or (argument.name or "").upper()
    if argument.metavar and not name.startswith("[") and not argument.required:
        name = f"[{name}]"
    elif not argument.metavar:
        name = name if argument.required else f"[{name}]"
        name += "..." if argument.nargs == -1 else ""
    return name


def _help(command: click.Command) -> str:
    """Return the help of a command: paragraphs, and as code those that are not to be filled."""
    parts = []
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b"):
            parts.append(fence(paragraph.removeprefix("\b").strip("\n"), "text"))
        else:
            parts.append(f"{escape(paragraph)}\n")
    return "\n".join(parts)


def _names(option: click.Option) -> str:
    return ", ".join(map(code, [*option.opts, *option.secondary_opts]))


def _kind(option: click.Option) -> str:
    if option.is_flag or option.count:
        return ""
    if isinstance(option.type, click.Choice):
        return ", ".join(code(str(choice)) for choice in option.type.choices)
    if option.metavar:
        return code(option.metavar)
    return {"integer range": "number", "float range": "number", "integer": "number", "float": "number"}.get(
        option.type.name, option.type.name
    )


def _meaning(option: click.Option) -> str:
    said = escape(option.help or "")
    if option.multiple and "repeat" not in said:
        said += " May be repeated."
    if option.required:
        said += " Required."
    if option.show_default is True and not option.is_flag:
        said += f" Default: {code(str(option.default))}."
    return said.strip()

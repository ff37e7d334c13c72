"""Scenes as SVG: a picture that stands alone, for figures, for print and for readers without scripts.

Only elements and attributes that every SVG reader knows: no style sheet, no script, no link, no foreign content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from itgraph.explorer.encoding import FONT, GROUNDS, KINDS, LINES, USES, Lens, Theme, text_width
from itgraph.explorer.licences import LICENSED
from itgraph.explorer.scenes import LABEL_HEIGHT, Item, Scene, Stroke, card_caption, card_label, plain_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from itgraph.explorer.content import Content, Node

_MARGIN = 24
_HEAD = 9
CYCLE = "\u21ba"
"""What marks a line that closes a cycle."""


def format_svg(
    content: Content,
    scene: Scene,
    *,
    title: str,
    theme: Theme = "light",
    lens: Lens | None = None,
    note: str = "",
) -> str:
    """Draw a scene as an SVG document, with a legend of what occurs in it; ``lens`` is what boxes are coloured by."""
    legend = list(_legend(content, scene, theme, lens))
    legend_width = max((x for x, _, _ in legend), default=0)
    width = max(scene.width, legend_width, round(text_width(title, 16)), round(text_width(note, 11))) + 2 * _MARGIN
    top = _MARGIN + 30
    rows = len({row for _, row, _ in legend})
    height = top + scene.height + 26 + rows * 24 + (22 if note else 0) + _MARGIN // 2
    ground = GROUNDS[theme]
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-family="{escape(FONT)}" role="img" aria-labelledby="title desc">',
        f'<title id="title">{_text(title)}</title>',
        f'<desc id="desc">{_text(_describe(content, scene))}</desc>',
        f'<rect width="{width}" height="{height}" fill="{ground["ground"]}"/>',
        _write(_MARGIN, _MARGIN + 10, title, size=16, fill=ground["text"], bold=True),
        f'<g transform="translate({_MARGIN},{top})">',
        *_marks(scene, theme),
        *(_stroke(stroke, theme) for stroke in scene.strokes),
        *_labels(scene, theme),
        *(part for item in scene.items for part in _item(content, scene, item, theme, lens)),
        "</g>",
        f'<g transform="translate({_MARGIN},{top + scene.height + 26})">',
        *(part for _, _, part in legend),
        "</g>",
    ]
    if note:
        parts.append(_write(_MARGIN, height - _MARGIN // 2 - 4, note, size=11, fill=ground["faint"]))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _write(x: float, y: float, text: str, *, size: int, fill: str, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}"{weight} fill="{fill}">{_text(text)}</text>'


def _text(text: str) -> str:
    """Return text that XML can hold: control characters, which it cannot, are shown as a box."""
    return escape("".join(c if c >= " " and c not in "\x7f\ufffe\uffff" else "\u25a1" for c in text))


def _describe(content: Content, scene: Scene) -> str:
    """Say in words what the picture shows, for those who do not see it."""
    links = [content.links[stroke.link] for stroke in scene.strokes if stroke.link >= 0]
    said = [
        f"{_named(content.nodes[link.child])} {LINES[link.relation].verb} {_named(content.nodes[link.parent])}"
        + (f" ({link.manner})" if link.manner else "")
        for link in links
    ]
    return ". ".join(said[:60]) + (f". And {len(said) - 60} more." if len(said) > 60 else "." if said else "")


def _named(node: Node) -> str:
    return f"{' '.join(node.thing.label.split())} ({KINDS[node.look].word})"


# -- Lines -------------------------------------------------------------------------------------------------------------


def path_of(stroke: Stroke, head: int = 0) -> str:
    """Return the path of a line, in the words of SVG; ``head`` leaves room for the arrowhead."""
    if stroke.is_loop:
        (right, middle), (left, _) = stroke.knots
        return f"M{right} {middle}C{right + 34} {middle - 46} {left - 34} {middle - 46} {left - head} {middle}"
    if stroke.is_hook:
        (x, y), (to_x, to_y) = stroke.knots[0], stroke.knots[-1]
        bend = min(x, to_x) - 28 - abs(to_y - y) // 12
        return f"M{x} {y}C{bend} {y} {bend} {to_y} {to_x - head} {to_y}"
    sign = -1 if stroke.is_backward else 1
    knots = [*stroke.knots]
    end = knots[-1][0] - sign * head
    # The curve ends before the head too, where the last straight stretch is shorter than that.
    knots[-2:] = [(min(knots[-2][0] * sign, end * sign) * sign, knots[-2][1]), (end, knots[-1][1])]
    (x, y), *others = knots
    path = f"M{x} {y}"
    for place, (to_x, to_y) in enumerate(others):
        if place % 2 == 0 or (to_y == y and (to_x - x) * sign >= 0):
            path += f"H{to_x}" if to_x != x else ""
        else:
            bend = max(24, abs(to_x - x) // 2) * sign
            path += f"C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"
        x, y = to_x, to_y
    return path


def _stroke(stroke: Stroke, theme: Theme) -> str:
    line = LINES[stroke.relation]
    colour = line.light if theme == "light" else line.dark
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    cap = ' stroke-linecap="round"' if line.dash.startswith("1 ") else ""
    x, y = stroke.knots[-1]
    sign = -1 if stroke.is_backward else 1
    fill = GROUNDS[theme]["ground"] if stroke.is_inferred else colour
    return (
        f'<path d="{path_of(stroke, _HEAD)}" fill="none" stroke="{colour}" stroke-width="{line.width}"{dash}{cap}/>'
        f'<path d="M{x} {y}l{-sign * _HEAD} -4.5v9z" fill="{fill}" stroke="{colour}" stroke-width="1.2"/>'
    )


def _labels(scene: Scene, theme: Theme) -> Iterator[str]:
    """Write what lines are called where they begin, once for all of a relation from one box; and mark cycles."""
    groups: dict[tuple[tuple[int, int], str, bool], list[Stroke]] = {}
    for stroke in scene.strokes:
        closes = stroke.is_backward or stroke.is_loop
        if stroke.label or closes:
            groups.setdefault((stroke.knots[0], stroke.relation, closes), []).append(stroke)
    ground = GROUNDS[theme]["ground"]
    # A word stands behind the head of a line that arrives where it begins.
    heads = {stroke.knots[-1] for stroke in scene.strokes if stroke.is_backward}
    for (start, relation, closes), strokes in groups.items():
        colour = LINES[relation].light if theme == "light" else LINES[relation].dark
        label, is_loop = strokes[0].label, strokes[0].is_loop
        text = " ".join(filter(None, (CYCLE if closes else "", "" if is_loop else label)))
        x: float = start[0] + (8 + _HEAD if start in heads else 8)
        y = start[1] + 4
        if is_loop:
            x, y = start[0] + 4, start[1] - 26
        elif closes:
            x = start[0] - 8 - text_width(text, 11)
        halo = f'stroke="{ground}" stroke-width="5" stroke-linejoin="round" paint-order="stroke"'
        yield f'<text x="{x:g}" y="{y}" font-size="11" fill="{colour}" {halo}>{_text(text)}</text>'
        if label and not is_loop and all(stroke.is_inferred for stroke in strokes):
            style = f'font-size="10" font-style="italic" fill="{colour}" {halo}'
            yield f'<text x="{x:g}" y="{y + 12}" {style}>inferred</text>'


# -- Boxes -------------------------------------------------------------------------------------------------------------


def outline(shape: str, width: int, height: int, inset: float = 0) -> str:
    """Return the outline of a box of a shape, from its left upper corner; ``inset`` draws it that much smaller."""
    i, w, h = inset, width - inset, height - inset
    if shape == "square":
        return f"M{i:g} {i:g}H{w:g}V{h:g}H{i:g}z"
    if shape == "cut":
        return f"M{i:g} {i:g}H{w - 10:g}L{w:g} {i + 10:g}V{h:g}H{i:g}z"
    if shape == "hexagon":
        return f"M{i + 9:g} {i:g}H{w - 9:g}L{w:g} {height / 2:g}L{w - 9:g} {h:g}H{i + 9:g}L{i:g} {height / 2:g}z"
    if shape == "slanted":
        return f"M{i + 8:g} {i:g}H{w:g}L{w - 8:g} {h:g}H{i:g}z"
    r = (height / 2 if shape == "pill" else min(9, height / 3)) - inset
    return (
        f"M{i + r:g} {i:g}H{w - r:g}a{r:g} {r:g} 0 0 1 {r:g} {r:g}V{h - r:g}a{r:g} {r:g} 0 0 1 {-r:g} {r:g}"
        f"H{i + r:g}a{r:g} {r:g} 0 0 1 {-r:g} {-r:g}V{i + r:g}a{r:g} {r:g} 0 0 1 {r:g} {-r:g}z"
    )


def _item(content: Content, scene: Scene, item: Item, theme: Theme, lens: Lens | None) -> Iterable[str]:
    ground = GROUNDS[theme]
    yield f'<g transform="translate({item.x},{item.y})">'
    if item.group:
        yield (
            f'<path d="{outline("square", item.width, item.height)}" fill="{ground["ground"]}"'
            f' stroke="{ground["faint"]}" stroke-dasharray="4 3"/>'
        )
        yield from _words(item, f"+{item.group.count:,} more", _group_caption(item), ground)
        yield "</g>"
        return
    node = content.nodes[item.node]
    kind = KINDS[node.look]
    look = USES[node.use] if lens and node.use else kind
    colour, fill = (look.light, look.light_fill) if theme == "light" else (look.dark, look.dark_fill)
    weight = 3 if item.node == scene.focus else 1.5
    yield (
        f'<path d="{outline(kind.shape, item.width, item.height)}" fill="{fill}" stroke="{colour}"'
        f' stroke-width="{weight}"/>'
    )
    if node.access == "closed":
        yield f'<path d="{outline(kind.shape, item.width, item.height, 3.5)}" fill="none" stroke="{colour}"/>'
    size = 16 if item.height > LABEL_HEIGHT else 12
    x, y = (10, 14) if item.height > LABEL_HEIGHT else (7, 4)
    scale = f" scale({size / 16:g})" if size != 16 else ""
    yield (
        f'<path transform="translate({x},{y}){scale}" d="{look.icon}" fill="none" stroke="{colour}" stroke-width="1.4"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
    )
    label = card_label(node) if item.height > LABEL_HEIGHT else plain_label(node)
    yield from _words(item, label, card_caption(node) if item.height > LABEL_HEIGHT else kind.word, ground)
    yield from _stubs(scene, item, ground)
    yield "</g>"


def _group_caption(item: Item) -> str:
    assert item.group is not None
    line = LINES[item.group.relation]
    return line.up if item.group.way == "up" else line.down


def _words(item: Item, label: str, caption: str, ground: Mapping[str, str]) -> Iterator[str]:
    if item.height > LABEL_HEIGHT:
        left = 34 if item.node >= 0 else 14
        yield _write(left, 20, label, size=14, fill=ground["text"])
        yield _write(left, 35, caption, size=11, fill=ground["faint"])
        return
    left = 24 if item.node >= 0 else 8
    yield _write(left, 14.5, label, size=12, fill=ground["text"])
    yield _write(left + text_width(label, 12) + 6, 14.5, caption, size=10, fill=ground["faint"])


def _stubs(scene: Scene, item: Item, ground: Mapping[str, str]) -> Iterator[str]:
    """Draw how many neighbours are left out, on the side where they are."""
    for way in ("up", "down"):
        count = scene.more.get((item.node, way), 0)
        if not count:
            continue
        text = f"+{count:,}"
        width = round(text_width(text, 10)) + 12
        x = -4 if way == "up" else item.width - width + 4
        yield (
            f'<g transform="translate({x},{item.height - 8})"><rect width="{width}" height="16" rx="8"'
            f' fill="{ground["ground"]}" stroke="{ground["faint"]}"/>'
            f"{_write(6, 11.5, text, size=10, fill=ground['text'])}</g>"
        )


# -- Axis and legend ---------------------------------------------------------------------------------------------------


def _marks(scene: Scene, theme: Theme) -> Iterator[str]:
    ground = GROUNDS[theme]
    bottom = scene.undated_from - 10 if scene.undated_from else scene.height
    for mark in scene.marks:
        if mark.is_year:
            yield f'<path d="M{mark.x - 6} 0V{bottom}" stroke="{ground["faint"]}" stroke-opacity="0.5"/>'
            yield _write(mark.x, 12, mark.label, size=13, fill=ground["text"], bold=True)
        else:
            yield _write(mark.x, 30, mark.label, size=11, fill=ground["faint"])
    if scene.undated_from:
        y = scene.undated_from
        yield f'<path d="M0 {y}H{scene.width}" stroke="{ground["faint"]}" stroke-opacity="0.5"/>'
        yield _write(0, y + 18, "Undated", size=13, fill=ground["text"], bold=True)


def _legend(content: Content, scene: Scene, theme: Theme, lens: Lens | None) -> Iterator[tuple[int, int, str]]:
    """Yield the parts of the legend, each with where it ends and with its row."""
    ground = GROUNDS[theme]
    relations = {stroke.relation for stroke in scene.strokes}
    nodes = [content.nodes[item.node] for item in scene.items if item.node >= 0]
    kinds = {node.look for node in nodes}
    uses = {node.use for node in nodes} if lens else set()
    x = row = 0
    entries: list[tuple[str, str]] = []
    for name, look in KINDS.items():
        if name in kinds:
            colour, fill = (look.light, look.light_fill) if theme == "light" else (look.dark, look.dark_fill)
            if lens and name in LICENSED:
                # Its colour means something else here.
                colour, fill = ground["faint"], ground["ground"]
            entries.append(
                (
                    look.word,
                    f'<path d="{outline(look.shape, 26, 16)}" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'
                    f'<path transform="translate(8,3) scale(0.625)" d="{look.icon}" fill="none" stroke="{colour}"'
                    ' stroke-width="1.6"/>',
                )
            )
    for name, use in USES.items():
        if name in uses:
            colour, fill = (use.light, use.light_fill) if theme == "light" else (use.dark, use.dark_fill)
            inner = outline("rounded", 26, 16, 3) if name == "closed" else ""
            entries.append(
                (
                    f"access {use.word}",
                    f'<path d="{outline("rounded", 26, 16)}{inner}" fill="{fill}" stroke="{colour}"'
                    ' stroke-width="1.5"/>'
                    f'<path transform="translate(8,3) scale(0.625)" d="{use.icon}" fill="none" stroke="{colour}"'
                    ' stroke-width="1.6"/>',
                )
            )
    for name, line in LINES.items():
        if name in relations:
            sample = Stroke(relation=name, knots=((0, 8), (34, 8)))
            entries.append((line.down, _stroke(sample, theme)))
    if any(stroke.is_inferred for stroke in scene.strokes):
        entries.append(
            ("inferred", f'<path d="M18 8l-9 -4.5v9z" fill="{ground["ground"]}" stroke="{ground["text"]}"/>')
        )
    if any(stroke.is_backward or stroke.is_loop for stroke in scene.strokes):
        entries.append(("closes a cycle", _write(10, 12, CYCLE, size=12, fill=ground["text"])))
    if not lens and any(node.access == "closed" for node in nodes):
        both = outline("rounded", 26, 16) + outline("rounded", 26, 16, 3)
        entries.append(("closed", f'<path d="{both}" fill="none" stroke="{ground["text"]}"/>'))
    for word, picture in entries:
        width = 42 + round(text_width(word, 11)) + 18
        if x and x + width > max(scene.width, 640):
            x, row = 0, row + 1
        yield (
            x + width,
            row,
            f'<g transform="translate({x},{row * 24})">{picture}'
            f"{_write(42, 12, word, size=11, fill=ground['text'])}</g>",
        )
        x += width

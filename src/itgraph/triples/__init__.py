"""Entities as quads: the layout of the graph. Pure, and the only place that mints IRIs."""

from __future__ import annotations

from pyoxigraph import Literal, Quad

from itgraph import terms
from itgraph.records import Correction
from itgraph.resolve import Resolution
from itgraph.triples.corrections import Contradictions
from itgraph.triples.curated import CuratedBuilder, correction_cells
from itgraph.triples.iris import quad_key, sort_quads
from itgraph.triples.survey import SurveyBuilder

__all__ = ["make_quads", "quad_key", "sort_quads", "unmet_corrections"]


def make_quads(resolution: Resolution) -> list[Quad]:
    """Return the graph of resolved snapshots and facts, but for what the rules conclude; sorted, without repetition."""
    contradictions = Contradictions(resolution)
    survey = SurveyBuilder(resolution, contradictions)
    survey.add_things()
    for order, snapshot in enumerate(resolution.snapshots):
        survey.add_snapshot(order, snapshot)
    survey.add_new_issues()
    survey.add_differences()
    curated = CuratedBuilder(resolution, contradictions)
    curated.add_facts()
    curated.add_contradictions(survey.issue_counts)
    return sort_quads([*survey.quads, *survey.current_view(), *survey.concept_quads(), *curated.quads])


def unmet_corrections(resolution: Resolution, quads: list[Quad]) -> list[Correction]:
    """Return the corrections of a resolution that found nothing in its surveys to speak of, by its ``quads``."""
    texts = (quad.object for quad in quads if quad.predicate.value == terms.TEXT)
    met = {text.value for text in texts if isinstance(text, Literal)}
    return [one for one in resolution.curated.corrections if " | ".join(correction_cells(one)) not in met]

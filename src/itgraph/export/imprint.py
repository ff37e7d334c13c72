"""What is said of the shipped graph as a whole: what it is called, who made it, how it may be used, how it is cited.

Pages, VoID, Croissant and ``datapackage.json`` all say it in these words; tests hold ``CITATION.cff`` and the ontology
equal to them. Of a graph that is none of ours, nothing of this is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph import terms

if TYPE_CHECKING:
    from collections.abc import Iterable

TITLE = "itgraph: the lineage of language models"
DESCRIPTION = "What each language model was made from, who made it and how it is licensed, and the sources that say so."
OTHER_TITLE = "A graph that itgraph did not make"
"""What a graph is called that is none of ours, of which nothing else is known."""
OTHER_DESCRIPTION = "A graph that itgraph holds and did not make: its makers know what it says and how it may be used."

LICENSE = "https://www.apache.org/licenses/LICENSE-2.0"
LICENSE_ID = "Apache-2.0"
LICENSE_OF_SPDX = "https://spdx.org/licenses/Apache-2.0"
PUBLISHER = terms.BASE + "organization/itgraph-contributors"
PUBLISHER_NAME = "The itgraph contributors"
VERSION = "0.1.0"
RELEASED = "2026-11-26"
"""The version, as in ``itgraph.__version__`` (which stands above this in the order of imports), and its date."""

SURVEY = "https://arxiv.org/abs/2308.10792"
"""The survey whose tables are read; who uses the graph should cite it too."""
CITATION = """\
@software{itgraph,
  author = {{The itgraph contributors}},
  title = {itgraph},
  version = {VERSION},
  year = {YEAR},
  url = {https://w3id.org/itgraph/}
}
@article{zhang2023instruction,
  author = {Zhang, Shengyu and Dong, Linfeng and Li, Xiaoya and Zhang, Sen and Sun, Xiaofei and Wang, Shuhe
    and Li, Jiwei and Hu, Runyi and Zhang, Tianwei and Wu, Fei and others},
  title = {Instruction Tuning for Large Language Models: A Survey},
  journal = {arXiv preprint arXiv:2308.10792},
  year = {2023},
  url = {https://arxiv.org/abs/2308.10792}
}
"""


def is_ours(iri: str) -> bool:
    """Say whether an IRI is one of this project."""
    return iri.startswith(terms.BASE)


def holds_ours(snapshots: Iterable[str]) -> bool:
    """Say whether a graph with these snapshots is one of ours: their IRIs tell, not the file that it is read from."""
    return any(map(is_ours, snapshots))


def format_citation() -> str:
    """Return how to cite this version of the graph, and the survey, as BibTeX."""
    return CITATION.replace("VERSION", VERSION, 1).replace("YEAR", RELEASED[:4], 1)

"""How a thing is called so: what those who ask an index of names have to know, without all that it needs itself."""

from __future__ import annotations

import re

LABEL, OTHER, ARXIV, LAST_PART = range(4)
"""How a thing is called so: by its label, by another name, by the arXiv id of its paper, or by what comes after the
slash of its label (``Llama-2-7b-hf``, of ``meta-llama/Llama-2-7b-hf``)."""

ARXIV_ID = re.compile(r"(?:arxiv:)?\s*([0-9]{4}\.[0-9]{4,5})(?:v[0-9]+)?", re.IGNORECASE)
"""An arXiv id as people write it; its first group is the id without the version."""

"""The knowledge graph of instruction tuning: models, the datasets they were tuned on, and who made them."""

__version__ = "0.1.0"

__all__ = ["__version__"]

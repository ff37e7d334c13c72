"""Indexes that stand beside a store on disk: names and lineage."""

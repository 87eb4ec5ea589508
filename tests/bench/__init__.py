"""Benchmarks: everything is a ratio to a peer or to a physical limit, measured by turns in one process."""

"""Atomic facts of a message, by rules, English and Chinese: who, which slot, which value, how certain, since when."""

from memos_core.operation.formation.facts.extraction import extract_facts

__all__ = ["extract_facts"]

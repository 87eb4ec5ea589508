"""Benchmarks as a feature: conversations and questions in, measurements out."""

from memos_core.evaluation.conversations import load_conversations
from memos_core.evaluation.dialogue import Conversation, Question

__all__ = ["Conversation", "Question", "load_conversations"]

"""Time expressions in English and Chinese, resolved against the moment of a message. Rules only, no model.

The conventions are written down in ``docs/design/temporal.md``.
"""

from memos_core.operation.formation.temporal.expression import Direction, Granularity, TimeExpression
from memos_core.operation.formation.temporal.resolving import resolve, resolve_query

__all__ = ["Direction", "Granularity", "TimeExpression", "resolve", "resolve_query"]

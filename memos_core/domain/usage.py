"""What a language model may cost, and what it has cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelBudget:
    """How much a language model may be used over the life of a store; ``None`` does not restrict."""

    calls: int | None = None
    tokens: int | None = None
    """Of prompts and completions together."""


HOST = "host"
"""The operation of calls that a host framework made: no budget counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one model has cost in one operation."""

    operation: str
    """``cell``, ``boundary``, ``scene``, ``verdict``, ``rewrite``, or ``host``: calls that a host framework made."""
    model: str
    calls: int = 0
    """Begun, failed ones included."""
    failed: int = 0
    """Gave no reply: timeouts, refusals to serve, exceptions."""
    refused: int = 0
    """Gave a reply of which something was refused."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompts, as far as the model or its provider tells: read from a prompt cache instead of computed."""
    estimated: int = 0
    """Calls whose tokens are estimates because the model does not tell."""

    @property
    def tokens(self) -> int:
        """Of prompts and completions."""
        return self.prompt_tokens + self.completion_tokens

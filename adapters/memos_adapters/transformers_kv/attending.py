"""Attention to stored values without repeating them for each query head.

As soon as there is a mask, transformers copies keys and values once for every query head of a group: of a few tokens
that follow thousands of stored ones that is most of what attention costs. On the processor PyTorch takes the groups as
they are, and computes the same numbers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

_NAME = "memos_grouped"
_OTHERS = ("position_bias", "softcap", "cache", "s_aux")
"""Arguments of attention that goes another way."""


def _attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    if attention_mask is None or query.device.type != "cpu" or any(kwargs.get(name) is not None for name in _OTHERS):
        attended: tuple[torch.Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs
        )
        return attended
    seen = torch.nn.functional.scaled_dot_product_attention(
        query, key, value, attn_mask=attention_mask, dropout_p=dropout, scale=scaling, enable_gqa=True
    )
    return seen.transpose(1, 2).contiguous(), None


def _mask(*args: Any, dtype: torch.dtype = torch.float32, **kwargs: Any) -> torch.Tensor | None:
    """To be added to the scores: PyTorch would make that of a mask of yes and no once for each layer."""
    seen: torch.Tensor | None = sdpa_mask(*args, dtype=dtype, **kwargs)
    if seen is None or seen.dtype != torch.bool:
        return seen
    return torch.zeros(seen.shape, dtype=dtype, device=seen.device).masked_fill_(~seen, -torch.inf)


AttentionInterface.register(_NAME, _attend)
AttentionMaskInterface.register(_NAME, _mask)


def is_grouped(model: PreTrainedModel) -> bool:
    """Whether several query heads share keys and values, in modules that ask transformers for their attention."""
    return any(getattr(one, "num_key_value_groups", 1) > 1 for one in model.modules())


@contextmanager
def grouped(model: PreTrainedModel) -> Iterator[None]:
    """Let a model that uses PyTorch's attention on the processor use this one meanwhile."""
    config = model.config.get_text_config(decoder=True)
    if config._attn_implementation != "sdpa" or model.device.type != "cpu":
        yield
        return
    config._attn_implementation = _NAME
    try:
        yield
    finally:
        config._attn_implementation = "sdpa"

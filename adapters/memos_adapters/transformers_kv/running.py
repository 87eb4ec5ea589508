"""One forward pass, whatever arguments the model takes."""

from collections.abc import Sequence
from contextlib import nullcontext
from inspect import signature
from typing import Any

import torch
from transformers import DynamicCache, PreTrainedModel

from memos_adapters.transformers_kv.attending import grouped, is_grouped


class ForwardPass:
    """Calls a model without gradients.

    A model that peft has wrapped is called beneath its wrapper: the adapters sit in the layers.
    """

    def __init__(self, model: Any) -> None:
        unwrap = getattr(model, "get_base_model", None)
        self.model: PreTrainedModel = unwrap() if unwrap is not None else model
        self.prompt_is_learned = bool(getattr(getattr(model, "active_peft_config", None), "is_prompt_learning", False))
        """Whether peft would put vectors of its own before the prompt, which are not called here."""
        self._takes = set(signature(self.model.forward).parameters)
        self._grouped = is_grouped(self.model)

    @property
    def device(self) -> torch.device:
        """Where token ids go."""
        return self.model.get_input_embeddings().weight.device

    @property
    def vocabulary(self) -> int:
        """Number of token ids that the model has vectors of."""
        return int(self.model.get_input_embeddings().weight.shape[0])

    def ids(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        """``[rows, tokens]`` on the model's device, from rows of equal length."""
        return torch.tensor([list(row) for row in rows], dtype=torch.long, device=self.device)

    def __call__(
        self,
        ids: torch.Tensor,
        cache: DynamicCache | None,
        *,
        mask: torch.Tensor | None = None,
        positions: torch.Tensor | None = None,
        last_only: bool = True,
    ) -> torch.Tensor:
        """Logits ``[rows, tokens, vocabulary]`` of ``ids``, only those of the last token where the model can.

        Args:
            ids: Tokens that follow those in the cache, ``[rows, tokens]``.
            cache: Grows by the tokens; ``None`` to compute without one.
            mask: ``[rows, tokens in cache + tokens]``, 0 for padding; ``None`` where there is none.
            positions: ``[rows, tokens]``; ``None`` for those that follow the cache.
            last_only: Whether the logits of the last token are enough.
        """
        more: dict[str, Any] = {"use_cache": cache is not None, "past_key_values": cache, "attention_mask": mask}
        if last_only:
            more["logits_to_keep"] = 1
        if positions is not None:
            more["position_ids"] = positions
        with torch.no_grad(), grouped(self.model) if self._grouped else nullcontext():
            return self.model(input_ids=ids, **{name: one for name, one in more.items() if name in self._takes}).logits

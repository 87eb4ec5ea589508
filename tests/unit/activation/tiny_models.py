"""Models of many architectures, small enough for tests, and a tokenizer trained on a few lines."""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
import transformers as hf
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from memos_adapters.transformers_kv import TransformersEngine

VOCABULARY = 300

CHATML = (
    "{{ bos_token }}{% if tools %}<|start|>tools\n{{ tools | tojson }}<|end|>\n{% endif %}"
    "{% for m in messages %}<|start|>{{ m['role'] }}\n{{ m['content'] }}"
    "{% if m.get('tool_calls') %}{{ m['tool_calls'] | tojson }}{% endif %}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)

LINES = [
    "The harbour master keeps the keys of the old lighthouse.",
    "Alice moved to Lisbon in March and works on the ferry.",
    "the the the and and of of in in to to is is a a that that",
    "Question: where does Alice work? Answer: on the ferry.",
    "0 1 2 3 4 5 6 7 8 9 10 2024 2025",
]


@cache
def trained_bpe() -> str:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<|pad|>", "<|bos|>", "<|start|>", "<|end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(LINES, trainer)
    return tokenizer.to_str()


def tiny_tokenizer(template: str | None = CHATML) -> Any:
    tokenizer = hf.PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(trained_bpe()),
        bos_token="<|bos|>",
        eos_token="<|end|>",
        pad_token="<|pad|>",
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = template
    return tokenizer


BASE: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "bos_token_id": 1,
    "eos_token_id": None,
    "pad_token_id": 0,
    "tie_word_embeddings": False,  # tied and strongly initialised, a model repeats its input for ever
}
ABSENT: Any = object()
WINDOW = 12
ALTERNATING = ["sliding_attention", "full_attention", "sliding_attention"]


def but(**changes: Any) -> dict[str, Any]:
    """The base with changes; ``ABSENT`` leaves a setting out."""
    return {name: one for name, one in (BASE | changes).items() if one is not ABSENT}


def rope(kind: str, **parameters: Any) -> dict[str, Any]:
    return {"rope_type": kind, "rope_theta": 1e4, **parameters}


# Every architecture that is said to be exact, with what distinguishes it switched on.
SERVED: dict[str, Callable[[], Any]] = {
    "llama": lambda: hf.LlamaConfig(**BASE),
    "llama eager": lambda: hf.LlamaConfig(**BASE, attn_implementation="eager"),
    "llama multi-query": lambda: hf.LlamaConfig(**but(num_key_value_heads=1)),
    "llama linear": lambda: hf.LlamaConfig(**BASE, rope_parameters=rope("linear", factor=4.0)),
    "llama yarn": lambda: hf.LlamaConfig(
        **BASE, rope_parameters=rope("yarn", factor=8.0, original_max_position_embeddings=64)
    ),
    "llama3 scaling": lambda: hf.LlamaConfig(
        **BASE,
        rope_parameters=rope(
            "llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64
        ),
    ),
    "qwen2": lambda: hf.Qwen2Config(**BASE),
    "qwen2 sliding": lambda: hf.Qwen2Config(
        **BASE, use_sliding_window=True, sliding_window=WINDOW, max_window_layers=1
    ),
    "qwen3": lambda: hf.Qwen3Config(**BASE, head_dim=16),
    "mistral": lambda: hf.MistralConfig(**BASE, sliding_window=WINDOW, head_dim=8),
    "gemma2": lambda: hf.Gemma2Config(
        **BASE, head_dim=8, sliding_window=WINDOW, query_pre_attn_scalar=8, layer_types=ALTERNATING
    ),
    "gemma3": lambda: hf.Gemma3TextConfig(
        **BASE, head_dim=8, sliding_window=WINDOW, query_pre_attn_scalar=8, layer_types=ALTERNATING
    ),
    "gemma3n shared": lambda: hf.Gemma3nTextConfig(
        **but(num_hidden_layers=4),
        head_dim=8,
        sliding_window=WINDOW,
        num_kv_shared_layers=2,
        vocab_size_per_layer_input=VOCABULARY,
        hidden_size_per_layer_input=8,
        layer_types=["sliding_attention", "full_attention"] * 2,
        activation_sparsity_pattern=[0.0] * 4,
        laurel_rank=4,
    ),
    "phi": lambda: hf.PhiConfig(**BASE, partial_rotary_factor=0.5),
    "phi3": lambda: hf.Phi3Config(**BASE),
    "gpt2": lambda: hf.GPT2Config(
        vocab_size=VOCABULARY,
        n_embd=32,
        n_layer=3,
        n_head=4,
        n_positions=512,
        tie_word_embeddings=False,
        bos_token_id=1,
        eos_token_id=None,
    ),
    "falcon": lambda: hf.FalconConfig(
        vocab_size=VOCABULARY,
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=4,
        tie_word_embeddings=False,
        alibi=False,
        multi_query=True,
        bos_token_id=1,
        eos_token_id=None,
    ),
    "falcon alibi": lambda: hf.FalconConfig(
        vocab_size=VOCABULARY,
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=4,
        tie_word_embeddings=False,
        alibi=True,
        bos_token_id=1,
        eos_token_id=None,
    ),
    "bloom alibi": lambda: hf.BloomConfig(
        vocab_size=VOCABULARY,
        hidden_size=32,
        n_layer=3,
        n_head=4,
        tie_word_embeddings=False,
        bos_token_id=1,
        eos_token_id=None,
    ),
    "gpt-neox": lambda: hf.GPTNeoXConfig(**but(num_key_value_heads=ABSENT), rotary_pct=0.25),
    "mixtral": lambda: hf.MixtralConfig(**BASE, num_local_experts=4, num_experts_per_tok=2),
    "deepseek latent": lambda: hf.DeepseekV3Config(
        **but(num_key_value_heads=4),
        moe_intermediate_size=16,
        n_routed_experts=4,
        n_group=1,
        topk_group=1,
        num_experts_per_tok=2,
        first_k_dense_replace=1,
        kv_lora_rank=8,
        q_lora_rank=8,
        qk_rope_head_dim=8,
        qk_nope_head_dim=8,
        v_head_dim=16,
        n_shared_experts=1,
    ),
    "gpt-oss": lambda: hf.GptOssConfig(
        **BASE, head_dim=8, sliding_window=WINDOW, num_local_experts=4, num_experts_per_tok=2, layer_types=ALTERNATING
    ),
    "llama4 chunked": lambda: hf.Llama4TextConfig(
        **BASE,
        head_dim=8,
        attention_chunk_size=WINDOW,
        no_rope_layer_interval=2,
        num_local_experts=2,
        intermediate_size_mlp=32,
        num_experts_per_tok=1,
    ),
}

REFUSED: dict[str, Callable[[], Any]] = {
    "mamba": lambda: hf.MambaConfig(vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=2, eos_token_id=None),
    "jamba": lambda: hf.JambaConfig(
        **but(num_hidden_layers=2), attn_layer_period=2, attn_layer_offset=1, num_experts=2, use_mamba_kernels=False
    ),
    "qwen3-next": lambda: hf.Qwen3NextConfig(
        **BASE,
        head_dim=8,
        layer_types=["linear_attention", "linear_attention", "full_attention"],
        num_experts=4,
        num_experts_per_tok=2,
        moe_intermediate_size=16,
        shared_expert_intermediate_size=16,
        linear_num_value_heads=4,
        linear_num_key_heads=2,
        linear_key_head_dim=8,
        linear_value_head_dim=8,
    ),
    "lfm2": lambda: hf.Lfm2Config(**but(num_hidden_layers=2), layer_types=["conv", "full_attention"]),
    "t5": lambda: hf.T5Config(
        vocab_size=VOCABULARY, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, decoder_start_token_id=0
    ),
    "bert": lambda: hf.BertConfig(
        vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
    ),
}

DYNAMIC_LIMIT = 128
LIMITED: dict[str, Callable[[], Any]] = {
    "dynamic ntk": lambda: hf.LlamaConfig(
        **but(max_position_embeddings=DYNAMIC_LIMIT), rope_parameters=rope("dynamic", factor=4.0)
    ),
    "longrope": lambda: hf.Phi3Config(
        **BASE,
        original_max_position_embeddings=DYNAMIC_LIMIT,
        rope_parameters=rope(
            "longrope",
            short_factor=[1.0] * 4,
            long_factor=[4.0] * 4,
            original_max_position_embeddings=DYNAMIC_LIMIT,
        ),
    ),
}


def tiny_model(name: str = "llama", *, seed: int = 0, dtype: torch.dtype = torch.float32) -> Any:
    """A model of that architecture whose attention matters."""
    config = (SERVED | REFUSED | LIMITED)[name]()
    family = hf.AutoModelForSeq2SeqLM if config.is_encoder_decoder else hf.AutoModelForCausalLM
    return strongly(family.from_config(config, dtype=torch.float32), seed).eval().to(dtype)


@cache
def tiny_engine(name: str = "llama", dtype: torch.dtype = torch.float32) -> TransformersEngine:
    """One for all tests that leave the model as it is."""
    return TransformersEngine(tiny_model(name, dtype=dtype), tiny_tokenizer())


QUERIES_AND_KEYS = ("q_proj", "k_proj", "qkv", "query", "key", "c_attn", "q_b_proj", "kv_b_proj", "q_a_proj")


def strongly(model: Any, seed: int = 0) -> Any:
    """Initialise so that attention decides the result: with the default, a wrong cache gives the right tokens."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if tensor.dim() < 2:
                continue
            owner = model.get_submodule(name.rsplit(".", 1)[0])
            scale = 1.0
            if not isinstance(owner, torch.nn.Embedding):
                # Conv1D of GPT-2 and the experts' stacks hold [in, out].
                fan_in = tensor.shape[-2] if type(owner).__name__ != "Linear" and "c_" in name else tensor.shape[-1]
                scale = fan_in**-0.5 * (2.0 if any(part in name for part in QUERIES_AND_KEYS) else 1.0)
            tensor.copy_(torch.randn(tensor.shape, generator=generator) * scale)
    return model


def random_tokens(count: int, *, seed: int = 0) -> list[int]:
    """Ordinary tokens, none of them special."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(4, VOCABULARY, (count,), generator=generator).tolist()

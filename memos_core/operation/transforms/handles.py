"""What the ids of memory in other forms than text begin with."""

KV, LORA = "kv_", "lora_"
HANDLES = (KV, LORA)
"""Of activation and of parametric memory: no memories, but made of some."""

"""From one type of memory to another: a file for each path, and the table of them."""

from memos_core.operation.transforms.plaintext_to_activation import plaintext_to_activation

TRANSFORMS = {("plaintext", "activation"): plaintext_to_activation}
"""By the type of memory that is given and the type that is wanted."""

__all__ = ["TRANSFORMS", "plaintext_to_activation"]

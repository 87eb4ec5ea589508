"""From one type of memory to another: a file for each path, and the table of them."""

from collections.abc import Mapping

from memos_core.operation.transforms.activation_to_parametric import activation_to_parametric
from memos_core.operation.transforms.activation_to_plaintext import activation_to_plaintext
from memos_core.operation.transforms.bench import Bench, Given, Transform, Wanted
from memos_core.operation.transforms.parametric_to_activation import parametric_to_activation
from memos_core.operation.transforms.parametric_to_plaintext import parametric_to_plaintext
from memos_core.operation.transforms.plaintext_to_activation import plaintext_to_activation
from memos_core.operation.transforms.plaintext_to_parametric import plaintext_to_parametric

TRANSFORMS: Mapping[tuple[str, str], Transform] = {
    ("plaintext", "activation"): plaintext_to_activation,
    ("plaintext", "parametric"): plaintext_to_parametric,
    ("activation", "parametric"): activation_to_parametric,
    ("activation", "plaintext"): activation_to_plaintext,
    ("parametric", "plaintext"): parametric_to_plaintext,
    ("parametric", "activation"): parametric_to_activation,
}
"""By the type of memory that is given and the type that is wanted."""

__all__ = ["TRANSFORMS", "Bench", "Given", "Transform", "Wanted"]

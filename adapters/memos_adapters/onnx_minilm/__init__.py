"""all-MiniLM-L6-v2 on ONNX Runtime, in 8-bit integers made from the packaged weights. No PyTorch."""

from memos_adapters.onnx_minilm.embedder import OnnxMiniLM, Precision

__all__ = ["OnnxMiniLM", "Precision"]

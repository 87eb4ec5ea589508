"""Layer 3: what keeps."""

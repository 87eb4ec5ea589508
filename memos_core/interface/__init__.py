"""Layer 1: what callers touch."""

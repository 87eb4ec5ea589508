"""Layer 2: what decides."""

"""Engines beneath the core, found by entry point and never imported by name."""

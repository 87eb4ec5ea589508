"""Fakes and contract tests, shipped for third parties."""

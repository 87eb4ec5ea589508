"""Fakes and contract tests, shipped for third parties.

``fakes`` has an embedder without a model and a clock that stands still; ``contracts`` has the classes that an engine's
tests inherit to show that it is one. ``contracts`` needs pytest, which the library itself does not.
"""

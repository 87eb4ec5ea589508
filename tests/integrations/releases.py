"""Tests of what older supported releases of a framework do not have."""

from importlib.metadata import version

import pytest
from packaging.version import Version


def since(package: str, release: str, what: str) -> pytest.MarkDecorator:
    """Skip a test where ``package`` is older than ``release``, the first with ``what``."""
    return pytest.mark.skipif(
        Version(version(package)) < Version(release), reason=f"{package} {release} brought {what}"
    )

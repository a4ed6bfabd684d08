"""Every story of the collector is told twice: on SQLite, and on a PostgreSQL of our own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector.cluster import Cluster, cluster, why_not
from tests.collector.writing import Home

BOTH = ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Skipped where there is none; with CI=true that is a failure."""
    reason = why_not()
    if reason is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with cluster() as here:
        yield here


@pytest.fixture(params=BOTH)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """A directory, and an empty database of either kind."""
    if request.param == "sqlite":
        return Home(directory=tmp_path)
    here: Cluster = request.getfixturevalue("postgres")
    return Home(directory=tmp_path, database=here.database())

"""Profiles of random tests, and the rule that a missing browser is a failure where everything must be tested."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

slow_ok = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("ci", derandomize=True, max_examples=25, deadline=None, suppress_health_check=slow_ok)
settings.register_profile("fuzz", max_examples=1000, deadline=None, suppress_health_check=slow_ok)
settings.load_profile("ci")


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: needs Chromium")


@pytest.fixture(scope="module")
def warm():
    """The runs of a module in this process, without the imports of each: see `tests.warm`."""
    from salesnb.report.runners import usual_runner  # only where runs are asked for: what makes them loads much

    if usual_runner() != "fork":
        yield
        return
    from tests.warm import warm_runs

    with warm_runs():
        yield


# the longest files begin first, so that no worker waits for the last one; those that stand on the same pages not at once,
# or one would wait for the other to make them
LONG = (
    "test_mutants",
    "test_topics",
    "test_whole_page",
    "test_killed",
    "test_words",
    "test_known_day",
    "test_shared",
    "test_company",
    "test_source",
    "test_page",
    "test_explore",
    "test_report",
    "test_run_again",
    "test_meaning",
    "test_one_page",
    "test_second_opinion",
    "test_preset_exports",
    "test_charts",
    "test_so_far",
    "test_outcome",
    "test_factors",
    "test_sample",
    "test_bars",
    "test_status",
    "test_team_exports",
    "test_times",
)


def pytest_collection_modifyitems(config, items):
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))
    if shutil.which("chromium") or os.environ.get("CI"):
        return
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="Chromium is missing: install the package chromium"))

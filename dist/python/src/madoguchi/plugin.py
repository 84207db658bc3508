"""The pytest plugin: fixtures `counter`, `card` and `service`, and scenarios as tests.

    @pytest.mark.madoguchi("card/torn")                  # whose situation the fixtures set up
    def test_reads(counter): …

    @pytest.mark.madoguchi_scenarios("happy/", "card/")  # one test for each scenario
    def test_scenario(madoguchi_scenario): madoguchi_scenario()

The client of the second is what `--madoguchi-client` or `madoguchi_client` in the ini file says.
"""

import pytest

from . import scenario
from .counter import Counter


def pytest_addoption(parser):
    parser.addoption("--madoguchi-client", metavar="CMD", help="command of the client under test (madoguchi)")
    parser.addini("madoguchi_client", "command of the client under test (madoguchi)", default="")


def pytest_configure(config):
    config.addinivalue_line("markers", "madoguchi(scenario): whose situation the fixture `counter` sets up")
    config.addinivalue_line("markers", "madoguchi_scenarios(*patterns): one test for each of these scenarios")


def pytest_generate_tests(metafunc):
    mark = metafunc.definition.get_closest_marker("madoguchi_scenarios")
    if "madoguchi_scenario" in metafunc.fixturenames:
        ids = scenario.listed(*(mark.args if mark else ()))
        metafunc.parametrize("madoguchi_scenario", ids, indirect=True, ids=ids)


@pytest.fixture
def counter(request, tmp_path):
    """An open counter: card, reader and service for one client."""
    mark = request.node.get_closest_marker("madoguchi")
    opened = Counter(mark.args[0] if mark else "happy/visual", out=tmp_path / "madoguchi")
    yield opened
    _, text = opened.close()
    request.node.add_report_section("teardown", "madoguchi", text)


@pytest.fixture
def card(counter):
    """The card on the reader: it can be taken away and laid down again."""
    return counter


@pytest.fixture
def service(counter):
    """Address, CA file and account of the mock of the service, by the names of the client contract."""
    return {name: value for name, value in counter.env.items() if name.startswith("MADOGUCHI_")}


@pytest.fixture
def madoguchi_scenario(request):
    """A call that plays this test's scenario against the client under test."""
    config = request.config
    client = config.getoption("madoguchi_client") or config.getini("madoguchi_client")
    if not client:
        pytest.fail("no client: --madoguchi-client CMD, or madoguchi_client in the ini file", pytrace=False)

    def play(*options):
        try:
            return scenario.run(request.param, client, options)
        except scenario.Failed as failed:
            pytest.fail(str(failed), pytrace=False)

    return play

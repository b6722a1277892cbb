"""Unmodified OpenFeature clients see a flip, and fall back to the default in the code when nobody answers."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode

from registry.services import control_keys
from tests import people, shipped
from tests.control import world
from tests.control.clients import needs_node, running
from tests.custody.serving import Site
from tests.processes.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
MODE = "wf.claims-triage.mode"
ME = EvaluationContext(targeting_key="python-1")


@pytest.fixture
def claims(transactional_db: None) -> Any:
    shipped.restore()
    return world.workflow()


@pytest.fixture
def key(claims: Any) -> Any:
    return world.key(claims)


@pytest.fixture
def site(claims: Any, key: Any, tmp_path: Path) -> Iterator[Site]:
    with world.served(tmp_path / "site") as running_site:
        yield running_site


def url_of(site: Site) -> str:
    return f"http://127.0.0.1:{site.port}"


def python_client(site: Site, secret: str, domain: str = "claims") -> OpenFeatureClient:
    provider = OFREPProvider(url_of(site), headers_factory=lambda: {"Authorization": f"Bearer {secret}"}, timeout=5.0)
    api.set_provider(provider, domain)
    return api.get_client(domain)


def test_the_python_client_sees_a_flip_and_every_type_of_flag(claims: Any, key: Any, site: Site) -> None:
    client = python_client(site, key[1])
    details = client.get_string_details(MODE, "human", ME)
    assert (details.value, details.reason, details.variant) == ("normal", "STATIC", "normal")
    assert client.get_boolean_value("wf.claims-triage.tool.letter-service", False, ME) is True
    effect = {"mode": "review", "pins": {"model": "4.1"}, "disabled_tools": ["letter-service"]}
    action = world.carried_out(world.option(claims, effect=effect), world.incident(claims))
    wait_until(lambda: client.get_string_value(MODE, "human", ME) == "review", seconds=20)
    details = client.get_string_details(MODE, "human")
    assert details.flag_metadata["incident"] == action.incident.reference
    assert client.get_object_value("wf.claims-triage.config", {}, ME) == {
        "pins": {"model": "4.1"},
        "disabled_tools": ["letter-service"],
    }
    assert client.get_boolean_value("wf.claims-triage.tool.letter-service", True, ME) is False


def test_the_python_client_uses_its_default_on_every_refusal(claims: Any, key: Any, site: Site) -> None:
    token, secret = key
    client = python_client(site, secret)
    unknown = client.get_string_details("wf.elsewhere.mode", "human", ME)
    assert (unknown.value, unknown.error_code) == ("human", ErrorCode.FLAG_NOT_FOUND)
    control_keys.revoke(token, by=people.risk(), at=timezone.now(), reason="Lost.")
    wait_until(lambda: client.get_string_details(MODE, "human", ME).error_code is not None, seconds=20)
    assert client.get_string_value(MODE, "human", ME) == "human"
    site.process.terminate()
    site.process.wait()
    assert client.get_string_value(MODE, "human", ME) == "human"


def test_nobody_is_refused_for_asking_often(key: Any, site: Site) -> None:
    client = python_client(site, key[1])
    assert {client.get_string_value(MODE, "human", ME) for _attempt in range(400)} == {"normal"}


def test_the_node_client_for_servers(claims: Any, key: Any, site: Site) -> None:
    needs_node()
    token, secret = key
    with running("server.mjs", url_of(site), secret, "node-1") as client:
        assert client.ask(MODE, "human")["value"] == "normal"
        assert client.ask("wf.claims-triage.tool.letter-service", False)["value"] is True
        assert client.ask("wf.claims-triage.config", {"x": 1})["value"] == {}
        missing = client.ask("wf.nobody.mode", "human")
        assert (missing["value"], missing["error"]) == ("human", "FLAG_NOT_FOUND")
        world.carried_out(world.option(claims), world.incident(claims))
        wait_until(lambda: client.ask(MODE, "human")["value"] == "killed", seconds=20)
        control_keys.rotate(token, by=people.risk(), at=timezone.now(), overlap=timedelta(0))
        wait_until(lambda: client.ask(MODE, "human")["error"] is not None, seconds=20)
        assert client.ask(MODE, "human")["value"] == "human"


def test_the_browser_client_is_told_by_its_stream_also_after_it_was_cut_off(
    claims: Any, key: Any, site: Site, tmp_path: Path
) -> None:
    needs_node()
    incident = world.incident(claims)
    with running("browser.mjs", url_of(site), key[1], MODE, "3") as client:
        client.until(lambda line: line.get("ready") == 3)
        time.sleep(0.5)  # the streams open after the first answer
        world.carried_out(world.option(claims, "FORCE_REVIEW", effect={"mode": "review"}), incident)
        seen = {client.until(lambda line: line.get("value") == "review")["client"] for _client in range(3)}
        assert seen == {0, 1, 2}
        port = site.port
        site.process.kill()
        site.process.wait()
        world.carried_out(world.option(claims), incident)
        with world.served(tmp_path / "again", port=port):
            seen = {client.until(lambda line: line.get("value") == "killed", 60)["client"] for _client in range(3)}
            assert seen == {0, 1, 2}


def test_the_browser_client_without_a_key_says_so_and_keeps_its_default(claims: Any, site: Site) -> None:
    needs_node()
    with running("browser.mjs", url_of(site), "nope", MODE, "1") as client:
        assert "failed" in client.next()
        assert client.until(lambda line: "value" in line)["value"] == "human"

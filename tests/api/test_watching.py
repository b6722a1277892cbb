"""Watching, notices and one's own mail setting through the API."""

import pytest
from django.utils import timezone

from incidents.models import Incident
from incidents.services import declaring, restricting
from registry.models import Notice
from registry.services import news_telling
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.registry import making

pytestmark = pytest.mark.django_db


def test_workflows_are_watched_one_by_one_and_together() -> None:
    person = people.member()
    client = client_of(person)
    first, second = making.workflow(), making.workflow(name="Another")
    assert client.post(f"{V1}/workflows/{first.pk}/watch/").json() == {"workflow": first.pk, "is_watching": True}
    answer = client.post(f"{V1}/watches/", {"workflows": [first.pk, second.pk]}, format="json")
    assert (answer.status_code, answer.json()) == (200, {"added": 1})
    client.post(f"{V1}/workflows/{first.pk}/unwatch/")
    (row,) = client.get(f"{V1}/watches/").json()["results"]
    assert (row["name"], row["is_own"], row["is_muted"]) == ("Another", False, False)
    problem_of(client.post(f"{V1}/watches/", {"workflows": [0]}, format="json"), 422)


def test_ones_own_are_listed_and_muted() -> None:
    workflow, client = making.workflow(), client_of(people.owner())
    client.post(f"{V1}/workflows/{workflow.pk}/unwatch/")
    (row,) = client.get(f"{V1}/watches/").json()["results"]
    assert (row["id"], row["is_own"], row["is_muted"]) == (workflow.pk, True, True)


def test_notices_are_filtered_and_marked_and_what_is_hidden_now_is_kept_back() -> None:
    person, workflow = people.member(), making.workflow()
    client = client_of(person)
    news_telling.begin(at=timezone.now())
    client.post(f"{V1}/workflows/{workflow.pk}/watch/")
    declaring.declare(by=people.risk(), at=timezone.now(), title="Letters astray", summary="Seen", workflow=workflow)
    news_telling.tell_news(at=timezone.now())
    assert client.get(f"{V1}/notices/?about=gap").json()["results"] == []
    (row,) = client.get(f"{V1}/notices/?about=incident&why=watched&workflow={workflow.pk}").json()["results"]
    assert "Letters astray" in row["subject"]
    restricting.restrict(Incident.objects.get(), by=people.risk(), at=timezone.now(), reason="Names of customers")
    for shown in (client.get(f"{V1}/notices/").json()["results"][0], client.get(f"{V1}/notices/{row['id']}/").json()):
        assert (shown["subject"], shown["body"], shown["url"]) == (
            "About a record that you may not see any more", "", ""
        )  # fmt: skip
    assert client.post(f"{V1}/notices/{row['id']}/read/").json()["read_at"]
    assert client.post(f"{V1}/notices/read/").json() == {"read": 0}
    assert client.get(f"{V1}/notices/?is_read=false").json()["results"] == []
    assert not Notice.objects.filter(awaits_digest=True).exists()


def test_the_mail_is_set_for_oneself() -> None:
    client = client_of(people.member())
    answer = client.post(f"{V1}/me/digest/", {"digest_rhythm": "WEEKLY", "time_zone": "Asia/Kathmandu"}, format="json")
    told = answer.json()
    assert (told["digest_rhythm"], told["digest_hour"], told["time_zone"]) == ("WEEKLY", 7, "Asia/Kathmandu")
    problem = problem_of(
        client.post(f"{V1}/me/digest/", {"digest_rhythm": "DAILY", "time_zone": "Mars"}, format="json"), 422
    )
    assert "time_zone" in str(problem)

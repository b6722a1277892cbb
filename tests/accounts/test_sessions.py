"""Where one is signed in, and ending it from elsewhere."""

import pytest
from allauth.usersessions.models import UserSession

from tests import people
from tests.accounts.entering import entered, events, is_inside, session_cookie

pytestmark = pytest.mark.django_db

LIST = "/account/sessions/"


def test_every_session_is_listed_with_its_place() -> None:
    user = people.risk()
    here, _elsewhere = entered(user), entered(user)
    page = here.get(LIST).content.decode()
    assert page.count("127.0.0.1") >= 2
    assert "This one" in page


def test_one_session_is_ended_from_another() -> None:
    user = people.risk()
    here, elsewhere = entered(user), entered(user)
    other = UserSession.objects.get(session_key=session_cookie(elsewhere))
    here.post(f"/account/sessions/{other.pk}/end/")
    assert (is_inside(here), is_inside(elsewhere)) == (True, False)
    assert events("SESSION_ENDED")[0].actor_id == user.pk


def test_all_others_are_ended_at_once() -> None:
    user = people.risk()
    here, *others = [entered(user) for _n in range(3)]
    here.post(LIST)
    assert [is_inside(client) for client in (here, *others)] == [True, False, False]


def test_nobody_ends_somebody_elses_session() -> None:
    theirs = entered(people.owner())
    session = UserSession.objects.get(session_key=session_cookie(theirs))
    assert entered(people.risk()).post(f"/account/sessions/{session.pk}/end/").status_code == 404
    assert is_inside(theirs)

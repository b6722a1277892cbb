"""A creating request does its work once, however often it is sent."""

import threading

import pytest
from django.db import connection

from registry.kernel.http.errors import Conflict
from registry.kernel.http.remembered import fingerprint_of, once
from registry.models import RememberedAnswer, User, Vendor
from tests import people


@pytest.mark.django_db
def test_the_second_request_gets_the_first_answer() -> None:
    user = people.risk()
    with once(user, "key-1", "same") as attempt:
        attempt.remember(status=201, body={"id": 4}, location="/things/4/")
    with once(user, "key-1", "same") as again:
        assert again.earlier is not None
        assert (again.earlier.status, again.earlier.body, again.earlier.location) == (201, {"id": 4}, "/things/4/")


@pytest.mark.django_db
def test_the_same_key_with_another_content_is_a_conflict() -> None:
    with once(people.risk(), "key-1", fingerprint_of("a")):
        pass
    with pytest.raises(Conflict) as refused, once(people.risk(), "key-1", fingerprint_of("b")):
        pass
    assert refused.value.code == "idempotency-key-reused"


@pytest.mark.django_db
def test_keys_of_different_people_are_different_keys() -> None:
    for user in (people.risk(), people.owner()):
        with once(user, "key-1") as attempt:
            assert attempt.earlier is None


@pytest.mark.django_db
def test_a_request_that_failed_may_be_sent_again_under_its_key() -> None:
    with pytest.raises(RuntimeError), once(people.risk(), "key-1"):
        raise RuntimeError
    with once(people.risk(), "key-1") as attempt:
        assert attempt.earlier is None


@pytest.mark.django_db
def test_without_a_key_nothing_is_remembered() -> None:
    with once(people.risk(), "") as attempt:
        attempt.remember(status=201)
    assert not RememberedAnswer.objects.exists()


def test_content_split_differently_has_another_fingerprint() -> None:
    assert fingerprint_of("ab", "c") != fingerprint_of("a", "bc")


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_moment_create_one_record() -> None:
    user = people.risk()
    begun, answers = threading.Barrier(2), []

    def send() -> None:
        begun.wait()
        try:
            answers.append(create(user))
        finally:
            connection.close()

    both = [threading.Thread(target=send) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert Vendor.objects.count() == 1
    assert len(set(answers)) == 1


def create(user: User) -> str:
    with once(user, "key-1") as attempt:
        if attempt.earlier is not None:
            return attempt.earlier.location
        vendor = Vendor.objects.create(name=f"Vendor {Vendor.objects.count()}")
        attempt.remember(location=f"/vendors/{vendor.pk}/")
        return f"/vendors/{vendor.pk}/"

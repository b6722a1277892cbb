"""People for tests: one of each role, and a second one of some to be the other person."""

from registry.models import Role, User

PASSWORD = "correct-horse-battery"


def person(name: str, *roles: str) -> User:
    """An active person called `name` with `roles`; the same one when called again."""
    email = f"{name.lower().replace(' ', '.')}@example.test"
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, PASSWORD, name=name, roles=list(roles))


def risk(name: str = "Rita Risk") -> User:
    return person(name, Role.RISK)


def owner(name: str = "Otto Owner") -> User:
    return person(name, Role.OWNER)


def responder(name: str = "Rae Responder") -> User:
    return person(name, Role.RESPONDER)


def executive(name: str = "Eve Executive") -> User:
    return person(name, Role.EXECUTIVE)


def auditor(name: str = "Axel Auditor") -> User:
    return person(name, Role.AUDITOR)


def administrator(name: str = "Ada Admin") -> User:
    return person(name, Role.ADMINISTRATOR)


def member(name: str = "Max Member") -> User:
    return person(name)

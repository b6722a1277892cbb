"""The people of the demonstration. All invented; every address ends in a domain that cannot exist."""

from registry.models import Role, User

PASSWORD = "holdfast-demo"  # noqa: S105
DOMAIN = "demo.holdfast.test"

SIGN_INS: list[tuple[str, str, str, list[str]]] = [
    ("risk", "Hannah Osei", "Head of AI risk", [Role.RISK]),
    ("owner", "Ines Duarte", "Claims product owner", [Role.OWNER]),
    ("responder", "Priya Natarajan", "Duty responder", [Role.RESPONDER]),
    ("exec", "Marc Lindqvist", "Chief risk officer", [Role.EXECUTIVE]),
    ("auditor", "Amara Nwosu", "Internal audit", [Role.AUDITOR]),
    ("admin", "Kenji Watanabe", "Platform administrator", [Role.ADMINISTRATOR]),
]
"""One sign-in a role, as the start of the demonstration prints them."""

OTHERS: list[tuple[str, str, str, list[str]]] = [
    ("r.menon", "Ravi Menon", "Risk and compliance", [Role.RISK]),
    ("t.zielinski", "Tomasz Zielinski", "Machine learning lead", [Role.OWNER, Role.RESPONDER]),
    ("l.moretti", "Luca Moretti", "Claims operations", [Role.OWNER, Role.RESPONDER]),
    ("f.adeyemi", "Femi Adeyemi", "Underwriting", [Role.OWNER]),
    ("m.ostrowski", "Mara Ostrowski", "Communications", [Role.RESPONDER]),
    ("s.lindgren", "Saga Lindgren", "Customer service", [Role.OWNER]),
    ("n.falk", "Nadja Falk", "Document services, until 20 November", [Role.OWNER]),
    ("g.petrov", "Georgi Petrov", "Left the company in spring", [Role.OWNER]),
]


def sign_ins() -> list[str]:
    """Addresses, one a role."""
    return [f"{key}@{DOMAIN}" for key, *_rest in SIGN_INS]


def hire() -> dict[str, User]:
    """Everyone, by the part of their address before the @. Running it again hires nobody twice."""
    people = {key: _person(key, name, title, roles) for key, name, title, roles in [*SIGN_INS, *OTHERS]}
    leaver = people["g.petrov"]
    if leaver.is_active:
        leaver.is_active = False
        leaver.save()
    return people


def _person(key: str, name: str, title: str, roles: list[str]) -> User:
    email = f"{key}@{DOMAIN}"
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(
        email, PASSWORD, name=name, title=title, roles=[str(role) for role in roles], is_demo=True
    )

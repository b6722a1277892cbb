"""The key of the sample workflow: kept beside the demonstration's data, since a secret is shown only once."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from config.demo.cast import DOMAIN
from registry.models import ControlToken, User, Workflow
from registry.services import control_keys

SLUG = "claims-triage-assistant"


def key() -> str:
    """The secret, given out anew where it is not known any more."""
    path = Path(settings.VAR) / "keys" / "sample-workflow"
    if path.exists() and ControlToken.objects.filter(name="Sample runner", revoked_at=None).exists():
        return path.read_text()
    workflow = Workflow.objects.get(slug=SLUG)
    risk = User.objects.get(email=f"risk@{DOMAIN}")
    _token, secret = control_keys.issue(
        workflow, by=risk, at=timezone.now(), name="Sample runner", default_declared="human"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(secret)
    return secret

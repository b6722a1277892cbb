"""What a deployment pipeline has to run so that Holdfast hears of each version, ready to be copied."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from registry.models import Surface, Workflow

CURL = """\
curl --fail-with-body -sS "{url}" \\
  -H "Authorization: Bearer $HOLDFAST_TOKEN" \\
  -H "Content-Type: application/json" \\
  --data @- <<JSON
{{"kind": "{kind}", "name": "{name}", "label": "{label}", "digest": "{digest}",
 "source_url": "{source}", "author": "{author}", "note": "{note}"}}
JSON
"""
GITHUB = """\
- name: Tell Holdfast
  env:
    HOLDFAST_TOKEN: ${{{{ secrets.HOLDFAST_TOKEN }}}}
  run: |
{call}"""
GITLAB = """\
tell-holdfast:
  stage: .post
  script:
    - |
{call}"""


@dataclass(frozen=True)
class Snippet:
    title: str
    hint: str
    text: str


def address_of(workflow: Workflow) -> str:
    return f"{settings.SITE_URL}/api/v1/workflows/{workflow.slug}/deployments/"


def snippets(workflow: Workflow, surface: Surface | None) -> list[Snippet]:
    """For one surface; without one, for a prompt whose name is to be replaced."""
    kind, name = (surface.kind, surface.name) if surface is not None else ("PROMPT", "your-prompt")
    plain = {"label": "$VERSION", "digest": "sha256:$SHA256", "source": "$SOURCE_URL", "author": "$AUTHOR"}
    github = {
        "label": "$GITHUB_REF_NAME",
        "digest": "git:$GITHUB_SHA",
        "source": "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/commit/$GITHUB_SHA",
        "author": "$GITHUB_ACTOR",
        "note": "Run $GITHUB_RUN_ID",
    }
    gitlab = {
        "label": "$CI_COMMIT_TAG",
        "digest": "git:$CI_COMMIT_SHA",
        "source": "$CI_PROJECT_URL/-/commit/$CI_COMMIT_SHA",
        "author": "$GITLAB_USER_LOGIN",
        "note": "Pipeline $CI_PIPELINE_ID",
    }

    def call(given: dict[str, str], indent: int = 0) -> str:
        text = CURL.format(url=address_of(workflow), kind=kind, name=in_shell(name), **given)
        return "".join(" " * indent + line for line in text.splitlines(keepends=True))

    return [
        Snippet("curl", _("Anywhere with a shell."), call({**plain, "note": "$NOTE"})),
        Snippet("GitHub Actions", _("A step after the deployment of a tag."), GITHUB.format(call=call(github, 4))),
        Snippet("GitLab CI", _("A job of a pipeline for a tag."), GITLAB.format(call=call(gitlab, 6))),
    ]


def in_shell(text: str) -> str:
    """Inside a JSON string inside a here-document: nothing in it is expanded by a shell or by a pipeline."""
    return "".join(f"\\u{ord(sign):04x}" if sign in '\\"$`{}' or ord(sign) < 32 else sign for sign in text)

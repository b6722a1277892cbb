"""What the register says of a workflow, for the pure rules that compare it with answers."""

from registry.contradictions import Act, Known
from registry.models import Surface, Workflow
from registry.models.workflow_words import Answer, Impact


def known_of(workflow: Workflow) -> Known:
    acting = [Surface.Kind.TOOL, Surface.Kind.PERMISSIONS]
    actions = workflow.downstream_actions.filter(is_active=True).order_by("pk")
    return Known(
        statements=(workflow.outputs,),
        reaches_public=workflow.is_public_facing == Answer.YES,
        uses_personal_data=workflow.uses_personal_data == Answer.YES,
        touches_rights_or_safety=workflow.impact in {Impact.RIGHTS, Impact.SAFETY, Impact.BOTH},
        has_tools=workflow.surfaces.filter(is_active=True, kind__in=acting).exists(),
        actions=tuple(Act(*row) for row in actions.values_list("name", "reversibility", "validation", "reach")),
    )

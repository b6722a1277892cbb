from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from incidents.views import (
    backlog,
    carried_out,
    communications,
    communications_deciding,
    containment,
    containment_outcome,
    exporting,
    facts,
    first_hour,
    history,
    linking,
    live,
    moving,
    obligations,
    people,
    recovery,
    room,
    sentences,
    severity,
    timeline,
)


class OutcomeConverter(StringConverter):
    regex = "confirm|fail|revert|agree|keep"


class PinConverter(StringConverter):
    regex = "pin|unpin"


class SettleConverter(StringConverter):
    regex = "submit|not-owed"


class SettingAsideConverter(StringConverter):
    regex = "set-aside|take-up"


class StandardConverter(StringConverter):
    regex = "oecd|avid|aiid"


register_converter(StandardConverter, "standard")
register_converter(OutcomeConverter, "outcome")
register_converter(SettingAsideConverter, "setting_aside")
register_converter(PinConverter, "pin")
register_converter(SettleConverter, "settlement")

urlpatterns: list[URLPattern] = [
    path("incidents/<int:pk>/", room.incident, name="incident"),
    path("incidents/<int:pk>/news/", room.news, name="incident-news"),
    path("incidents/<int:pk>/stream/", live.stream, name="incident-stream"),
    path("incidents/<int:pk>/writing/", live.writing, name="incident-writing"),
    path("incidents/<int:pk>/sections/", room.sections, name="incident-sections"),
    path("incidents/<int:pk>/entries/new/", timeline.entry_new, name="incident-entry-new"),
    path("entries/<int:pk>/correct/", timeline.entry_correct, name="entry-correct"),
    path("entries/<int:pk>/<pin:verb>/", timeline.entry_pin, name="entry-pin"),
    path("incidents/<int:pk>/move/<slug:verb>/", moving.move, name="incident-move"),
    path("incidents/<int:pk>/recovery/", recovery.recovery, name="incident-recovery"),
    path("incidents/<int:pk>/recovery/ask/", recovery.recovery_ask, name="incident-recovery-ask"),
    path("incidents/<int:pk>/recovery/baseline/", recovery.baseline, name="incident-baseline"),
    path("incidents/<int:pk>/recovery/criteria/<slug:key>/", recovery.criterion, name="incident-criterion"),
    path("incidents/<int:pk>/severity/", severity.assess, name="incident-severity"),
    path("incidents/<int:pk>/severity/preview/", severity.preview, name="incident-severity-preview"),
    path("incidents/<int:pk>/containment/", containment.options, name="incident-containment"),
    path("incidents/<int:pk>/containment/<int:option_pk>/", containment.execute, name="containment-execute"),
    path("incidents/<int:pk>/containment/live/", carried_out.live, name="incident-containment-live"),
    path("containment-actions/<int:pk>/<outcome:verb>/", containment_outcome.outcome, name="containment-outcome"),
    path("incidents/<int:pk>/first-hour/", first_hour.procedure, name="incident-first-hour"),
    path(
        "incidents/<int:pk>/first-hour/<str:step>/<setting_aside:verb>/",
        first_hour.decide,
        name="first-hour-decide",
    ),
    path("incidents/<int:pk>/people/", people.roles, name="incident-people"),
    path("incidents/<int:pk>/people/<str:role>/assign/", people.assign, name="incident-assign"),
    path("assignments/<int:pk>/accept/", people.accept, name="assignment-accept"),
    path("assignments/<int:pk>/relieve/", people.relieve, name="assignment-relieve"),
    path("incidents/<int:pk>/restrict/", people.restrict, name="incident-restrict"),
    path("incidents/<int:pk>/let-in/", people.let_in, name="incident-let-in"),
    path("incidents/<int:pk>/facts/", facts.known, name="incident-facts"),
    path("incidents/<int:pk>/times/new/", facts.time_new, name="incident-time-new"),
    path("incidents/<int:pk>/workflows/new/", facts.workflow_add, name="incident-workflow-add"),
    path("incidents/<int:pk>/communications/", communications.messages_of, name="incident-communications"),
    path("incidents/<int:pk>/communications/new/", communications.draft, name="communication-new"),
    path("incidents/<int:pk>/communications/none/", communications_deciding.not_needed, name="communication-none"),
    path("communications/<int:pk>/edit/", communications.edit, name="communication-edit"),
    path("communications/<int:pk>/approve/", communications_deciding.approve, name="communication-approve"),
    path("incidents/<int:pk>/communications/reached/", communications_deciding.reached, name="communication-reached"),
    path("communications/<int:pk>/sentences/<int:number>/", sentences.tie, name="communication-tie"),
    path("communications/ties/<int:pk>/end/", sentences.untie, name="sentence-untie"),
    path("communications/<int:pk>/send-back/", communications_deciding.send_back, name="communication-send-back"),
    path("communications/<int:pk>/confirm/", communications_deciding.confirm, name="communication-confirm"),
    path("communications/<int:pk>/sent/", communications.sent, name="communication-sent"),
    path("incidents/<int:pk>/obligations/", obligations.owed, name="incident-obligations"),
    path("incidents/<int:pk>/obligations/new/", obligations.add, name="incident-obligation-new"),
    path("obligations/<int:pk>/<settlement:verb>/", obligations.settle, name="obligation-settle"),
    path("incidents/<int:pk>/backlog/", backlog.readings, name="incident-backlog"),
    path("incidents/<int:pk>/related/", linking.related, name="incident-related"),
    path("incidents/<int:pk>/related/new/", linking.link, name="incident-link"),
    path("incident-links/<int:pk>/remove/", linking.unlink, name="incident-unlink"),
    path("incidents/<int:pk>/split/", linking.split, name="incident-split"),
    path("incidents/<int:pk>/export/", exporting.export, name="incident-export"),
    path("incidents/<int:pk>/export/<standard:standard>/", exporting.take, name="incident-export-take"),
    path("incidents/<int:pk>/history/", history.history, name="incident-history"),
]

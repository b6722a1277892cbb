"""Vendors: who keeps the relation, which workflows depend on them, and what they answered."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.past import PastViewSet
from registry.api.serializers.vendors import (
    AddVendor,
    AnswerQuestion,
    EditVendor,
    JudgeQuestion,
    SettleQuestion,
    VendorQuestion,
    VendorRow,
)
from registry.filters.vendors import VendorFilter, with_figures
from registry.kernel.http.api import JSON_OR_FILES, PolicyViewSet, whoever, writes
from registry.kernel.http.sending import AnyMedia, sends, sent
from registry.models import Vendor
from registry.policies import vendors as policies
from registry.policies.workflows import may_see_register
from registry.reports.vendors import KNOWN, Asked, proofs_of
from registry.services import vendor_answers, vendor_judging, vendors


class VendorViewSet(PastViewSet):
    """Who supplies what, with how many workflows depend on it and how its answers stand; also as known at a moment."""

    queryset = Vendor.objects.all()
    serializer_class = VendorRow
    filterset_class = VendorFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return with_figures(Vendor.objects.visible_to(self.by)).select_related("owner")

    @writes(whoever(policies.may_add), AddVendor, VendorRow, status=201)
    def create(self, given: dict[str, Any]) -> Vendor:
        """Add a vendor. Without `owner` nobody is reminded of its answers but risk staff."""
        return self._counted(vendors.add(by=self.by, at=self.at, **given))

    @writes(policies.may_edit, EditVendor, VendorRow)
    def partial_update(self, vendor: Vendor, given: dict[str, Any]) -> Vendor:
        """Change some fields, such as who keeps the relation and by when its answers are due."""
        opened = given.pop("version")
        return self._counted(vendors.edit(vendor, by=self.by, at=self.at, opened_version=opened, **given))

    def _counted(self, vendor: Vendor) -> Vendor:
        found: Vendor = self.visible().get(pk=vendor.pk)
        return found


class VendorQuestionViewSet(PolicyViewSet):
    """The proofs asked of one vendor, addressed by the key of the question."""

    queryset = Vendor.objects.all()
    serializer_class = VendorQuestion
    pagination_class = None
    lookup_field = "question"
    lookup_value_converter = "slug"
    reads = staticmethod(may_see_register)

    def parent(self) -> Vendor:
        found: Vendor = get_object_or_404(Vendor.objects.visible_to(self.by), pk=self.kwargs["vendor_pk"])
        return found

    def subject(self) -> Vendor:
        """Policies are asked about the vendor; a question that there is not has no address."""
        if "question" in self.kwargs and self.kwargs["question"] not in KNOWN:
            raise Http404
        return self.parent()

    @extend_schema(responses=VendorQuestion(many=True))
    def list(self, request: Request, vendor_pk: int) -> Response:
        """All of them, answered or not."""
        proofs = proofs_of(self.parent(), timezone.localdate(self.at))
        return Response([VendorQuestion(asked).data for asked in proofs.all])

    @extend_schema(responses=VendorQuestion)
    def retrieve(self, request: Request, vendor_pk: int, question: str) -> Response:
        return Response(VendorQuestion(self._asked(self.subject())).data)

    @action(detail=True, methods=["post"], parser_classes=JSON_OR_FILES)
    @writes(policies.may_answer, AnswerQuestion, VendorQuestion)
    def answer(self, vendor: Vendor, given: dict[str, Any]) -> Asked:
        """Enter what the vendor answered, and what shows it."""
        upload, opened = given.pop("file", None), given.pop("version", None)
        vendor_answers.answer(
            vendor,
            self.kwargs["question"],
            by=self.by,
            at=self.at,
            upload=upload,
            opened_version=opened,
            **given,
        )
        return self._asked(vendor)

    @action(detail=True, methods=["post"])
    @writes(policies.may_judge, JudgeQuestion, VendorQuestion)
    def judge(self, vendor: Vendor, given: dict[str, Any]) -> Asked:
        """Say whether the answer is sufficient. Neither who entered it nor who keeps the relation may."""
        return self._settled(vendor_judging.judge, vendor, given)

    @action(detail=True, methods=["post"], url_path="not-needed")
    @writes(policies.may_waive, SettleQuestion, VendorQuestion)
    def not_needed(self, vendor: Vendor, given: dict[str, Any]) -> Asked:
        """Say that this vendor need not answer it."""
        return self._settled(vendor_answers.waive, vendor, given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_answer, SettleQuestion, VendorQuestion)
    def reopen(self, vendor: Vendor, given: dict[str, Any]) -> Asked:
        """Say that the answer does not hold any more."""
        return self._settled(vendor_answers.reopen, vendor, given)

    @sends()
    @action(detail=True, content_negotiation_class=AnyMedia)
    def download(self, request: Request, vendor_pk: int, question: str) -> HttpResponseBase:
        """The file that shows the answer. Taking it is recorded."""
        row = self._asked(self.subject()).row
        if row is None or row.evidence_file is None:
            raise Http404
        stored = vendor_answers.open_file(row, by=self.by, at=self.at)
        return sent(request, stored.open(), filename=row.evidence_filename, size=stored.size)

    def _settled(self, settle: Any, vendor: Vendor, given: dict[str, Any]) -> Asked:
        opened = given.pop("version", None)
        settle(vendor, self.kwargs["question"], by=self.by, at=self.at, opened_version=opened, **given)
        return self._asked(vendor)

    def _asked(self, vendor: Vendor) -> Asked:
        found = proofs_of(vendor, timezone.localdate(self.at)).of(self.kwargs["question"])
        if found is None:
            raise Http404
        return found

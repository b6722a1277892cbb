import time, pytest
from pathlib import Path
from django.utils import timezone
from registry.services import importing
from registry.sheets import load_shipped
from registry.models import *
from tests import people
pytestmark = pytest.mark.django_db
@pytest.mark.parametrize("f",["tests/data/inventory-200.csv","/work/shared/data/federal-ai-use-cases-2024.csv"])
def test_x(f):
    by=people.risk(); at=timezone.now()
    t=time.time(); cs=importing.receive(by=by,at=at,upload=Path(f),filename="x.csv"); print("receive",time.time()-t)
    t=time.time(); tr=importing.try_out(cs,load_shipped("federal-2024"),by=by,at=at); print("try",time.time()-t, tr.counts)
    t=time.time(); importing.apply(cs,by=by,at=at); print("apply",time.time()-t, Workflow.objects.count(), BusinessUnit.objects.count())
    cs2=importing.receive(by=by,at=at,upload=Path(f),filename="x.csv")
    t=time.time(); tr=importing.try_out(cs2,load_shipped("federal-2024"),by=by,at=at); print("try2",time.time()-t, tr.counts)
    Workflow.objects.filter(pk=5)
    t=time.time(); cs.refresh_from_db(); importing.undo(cs,by=by,at=at,reason="x"); print("undo",time.time()-t, Workflow.objects.count(), BusinessUnit.objects.count())

"""What anybody may take to check the record. The page that looks codes up is with the reports."""

from django.urls import path

from registry.views import published

urlpatterns = [
    path("verify/keys", published.keys, name="verify-keys"),
    path("verify/checkpoint", published.checkpoint, name="verify-checkpoint"),
    path("verify/checkpoints/<int:size>", published.checkpoint_of, name="verify-checkpoint-of"),
    path("verify/consistency", published.consistency, name="verify-consistency"),
    path("verify/verify.py", published.program, name="verify-program"),
    path("verify/index", published.index, name="verify-index"),
]

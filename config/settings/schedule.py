"""What the worker does by itself, and how often, in seconds."""

CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "registry.tasks.heartbeat", "schedule": 10.0},
    "deliver-mail": {"task": "registry.tasks.deliver_mail", "schedule": 15.0},
    "render-documents": {"task": "registry.tasks.render_documents", "schedule": 10.0},
    "check-record": {"task": "registry.tasks.check_record", "schedule": 120.0},
    "send-checkpoints": {"task": "registry.tasks.send_checkpoints", "schedule": 60.0},
    "end-overrides": {"task": "registry.tasks.end_overrides", "schedule": 600.0},
    "chase-overrides": {"task": "registry.tasks.chase_overrides", "schedule": 1800.0},
    "follow-rules": {"task": "registry.tasks.follow_rules", "schedule": 60.0},
    "chase-gaps": {"task": "registry.tasks.chase_gaps", "schedule": 600.0},
    "chase-attestations": {"task": "registry.tasks.chase_attestations", "schedule": 600.0},
    "chase-vendors": {"task": "registry.tasks.chase_vendors", "schedule": 3600.0},
    "chase-orphans": {"task": "registry.tasks.chase_orphans", "schedule": 3600.0},
    "chase-gates": {"task": "registry.tasks.chase_gates", "schedule": 600.0},
    "refresh-readiness": {"task": "registry.tasks.refresh_readiness", "schedule": 60.0},
    "tell-news": {"task": "registry.tasks.tell_news", "schedule": 15.0},
    "look-at-views": {"task": "registry.tasks.look_at_views", "schedule": 120.0},
    "send-digests": {"task": "registry.tasks.send_digests", "schedule": 60.0},
    "chase": {"task": "reviews.tasks.chase", "schedule": 60.0},
    "check-evidence": {"task": "incidents.tasks.check_evidence", "schedule": 300.0},
    "take-in-signals": {"task": "intake.tasks.take_in", "schedule": 5.0},
    "confirm-received": {"task": "incidents.tasks.confirm_received", "schedule": 5.0},
    "escalate": {"task": "incidents.tasks.escalate", "schedule": 30.0},
    "chase-messages": {"task": "incidents.tasks.chase_messages", "schedule": 60.0},
    "write-outputs": {"task": "incidents.tasks.write_outputs", "schedule": 30.0},
    "send-webhooks": {"task": "incidents.tasks.send_webhooks", "schedule": 5.0},
    "forget-webhooks": {"task": "incidents.tasks.forget_webhooks", "schedule": 24 * 3600.0},
    "forget-changes": {"task": "registry.tasks.forget_changes", "schedule": 600.0},
    "clear-unclaimed": {"task": "incidents.tasks.clear_unclaimed", "schedule": 24 * 3600.0},
    "review-retention": {"task": "incidents.tasks.review_retention", "schedule": 6 * 3600.0},
}
for entry in CELERY_BEAT_SCHEDULE.values():
    # A nudge that nobody took before the next one is worthless: do not let them pile up behind a stopped worker.
    entry["options"] = {"expires": float(str(entry["schedule"])) * 2}

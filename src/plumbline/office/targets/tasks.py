"""What the worker does for this room."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from plumbline.office.accounts.models import User
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.services import evidence_runs, import_jobs
from plumbline.office.targets.services.recheck import recheck_now


@task()
def import_document(job_id: int, attempt: int) -> None:
    """Run a queued import."""
    import_jobs.run(job_id=job_id, attempt=attempt)


@task()
def recheck_version(version_id: int, revision: int, actor_id: int | None) -> None:
    """Check a large draft again after mending; a later mending has its own task."""
    version = PlanVersion.objects.get(pk=version_id)
    if version.revision == revision and version.editable:
        actor = User.objects.filter(pk=actor_id).first()
        recheck_now(version=version, actor=actor, now=timezone.now())


@task()
def run_evidence(run_id: int, attempt: int) -> None:
    """Take values or verify evidence."""
    evidence_runs.run(run_id=run_id, attempt=attempt)

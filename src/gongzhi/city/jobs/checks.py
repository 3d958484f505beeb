"""What the job queue can say about itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from gongzhi.city.jobs.models import Job, PeriodicRun
from gongzhi.city.kernel.doctor import Finding, checks


@checks.register("jobs")
def check_jobs(full: bool) -> Finding:
    """Nothing failed for good, and nothing waits for long."""
    failed = Job.objects.filter(state=Job.State.FAILED).order_by("-finished_at").first()
    late = Job.objects.filter(
        state=Job.State.WAITING, run_after__lt=timezone.now() - timedelta(minutes=10)
    ).count()
    remedy = f"有{late}个任务等待超过10分钟:请确认 gongzhi work 在运行。" if late else ""
    if failed:
        reason = failed.errors[-1]["traceback"].strip().splitlines()[-1] if failed.errors else ""
        remedy = f"任务 {failed.task}({failed.pk})失败:{reason}。修复后重新提交,或删除这一行。"
    return Finding(ok=not (failed or late), title="后台任务", remedy=remedy)


@checks.register("periodic work")
def check_periodic(full: bool) -> Finding:
    """The last run of every piece of periodic work went well."""
    wrong = PeriodicRun.objects.exclude(last_error="").first()
    reason = wrong.last_error.strip().splitlines()[-1] if wrong else ""
    return Finding(ok=wrong is None, title="定时工作", remedy=f"{wrong.name if wrong else ''}:{reason}")

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "gongzhi.city.jobs"
    label = "jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        from gongzhi.city.jobs import checks, routine  # noqa: F401 - registers doctor's checks and periodic work

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "gongzhi.city.project"
    label = "project"
    verbose_name = "共治"

    def ready(self) -> None:
        from gongzhi.city.project import checks  # noqa: F401 - registers the system checks

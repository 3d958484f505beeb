from django.apps import AppConfig


class AssembliesConfig(AppConfig):
    name = "gongzhi.city.assemblies"
    label = "assemblies"
    verbose_name = "会议与表决"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.assemblies import (  # noqa: F401 - registers doctor's checks and periodic work
            checks,
            routine,
        )

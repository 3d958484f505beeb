from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "gongzhi.city.duty"
    label = "duty"
    verbose_name = "值班"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.duty import checks, routine  # noqa: F401 - registers doctor's checks and periodic work

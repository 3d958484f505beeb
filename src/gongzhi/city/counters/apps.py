from django.apps import AppConfig


class CountersConfig(AppConfig):
    name = "gongzhi.city.counters"
    label = "counters"
    verbose_name = "窗口与云端"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.counters import checks, routine  # noqa: F401 - registers doctor's checks and periodic work

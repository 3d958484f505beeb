from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "gongzhi.city.alerts"
    label = "alerts"
    verbose_name = "预警"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.alerts import routine  # noqa: F401 - registers periodic work

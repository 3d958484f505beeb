from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "gongzhi.city.journal"
    label = "journal"
    verbose_name = "日志"

    def ready(self) -> None:
        from gongzhi.city.journal import checks, routine  # noqa: F401 - registers doctor's checks and periodic work

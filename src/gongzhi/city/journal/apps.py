from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "gongzhi.city.journal"
    label = "journal"
    verbose_name = "日志"

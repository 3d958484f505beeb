"""Registration with Django."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "gongzhi.city.documents"
    label = "documents"
    verbose_name = "文书与印章"

    def ready(self) -> None:
        from gongzhi.city.documents import checks  # noqa: F401 - it registers itself

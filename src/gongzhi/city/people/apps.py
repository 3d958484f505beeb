from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "gongzhi.city.people"
    label = "people"
    verbose_name = "人员与隐私"

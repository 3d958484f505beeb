"""Verbs of the feeds: take in, store, name a series, look again."""

from gongzhi.city.alerts.actions.naming import name_series, retry
from gongzhi.city.alerts.actions.receiving import push, receive
from gongzhi.city.alerts.actions.storing import store, store_feed

__all__ = ["name_series", "push", "receive", "retry", "store", "store_feed"]

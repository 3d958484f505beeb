"""What a token may be given for. A token never widens the rights of its user's post; it only narrows them."""

from __future__ import annotations

from typing import Final

#: scope -> what it opens, for the person who issues a token
SCOPES: Final[dict[str, str]] = {
    "cases.read": "查看事项、待办和历史",
    "cases.write": "登记、办理事项，上传附件",
    "figures.read": "查看指标和大屏数字",
    "mechanisms.read": "查看机制",
    "records.read": "查看登记簿",
    "feeds.read": "查看数据来源和收到的批次",
    "feeds.write": "推送监测数据",
    "imports.write": "导入事项，查看导入结果",
    "open311.write": "通过 Open311 登记事项",
}

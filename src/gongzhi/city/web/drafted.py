"""Drafts that wait on a telephone for a network: whose they are, and why one may be refused."""

from __future__ import annotations

from base64 import b64encode

from django.utils.crypto import salted_hmac

from gongzhi.engine.errors import GongzhiError


def mark_of(person: str) -> str:
    """A short name for the person that says nothing by itself; drafts carry it."""
    return salted_hmac("gongzhi.grid.whose", person, algorithm="sha256").hexdigest()[:16]


def key_of(person: str) -> str:
    """32 bytes in base64 under which the person's drafts lie encrypted on a telephone; only they are told, signed in."""
    return b64encode(salted_hmac("gongzhi.grid.drafts", person, algorithm="sha256").digest()).decode()


class NotYourDraft(GongzhiError):
    """A draft of somebody else, or of a post that its writer no longer holds."""

    code = "D111"
    sentence = "%(why)s，现在不能发。"
    remedy = "请写的人自己登录后再发；内容还在这部手机上，别人看不到。"
    status = 409


class TooOldDraft(GongzhiError):
    """A key that old is forgotten: sent again, the draft could open a second case."""

    code = "D112"
    sentence = "这条写了超过%(days)d天，不能直接发了。"
    remedy = "请先看看是不是已经报过；没有报过的，照着重新报一条。"
    status = 409


class BadPlace(GongzhiError):
    """A report about a place beyond the own units."""

    code = "D113"
    sentence = "地点要在您自己的网格里。"
    remedy = "别处的事，请打12345，或请那边的网格员上报。"
    status = 422


class TooManyPhotos(GongzhiError):
    """More photos than a case takes."""

    code = "D114"
    sentence = "一次最多传%(most)d张照片。"
    remedy = "请留下最清楚的几张。"
    status = 422

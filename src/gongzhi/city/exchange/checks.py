"""What the exchange room can prove about itself."""

from __future__ import annotations

from gongzhi.city.exchange.models import ExchangeKey, Import, Provenance
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.mechanisms.models import Installed
from gongzhi.city.people.errors import CannotUnseal
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import packages


@checks.register("exchange")
def check_exchange(full: bool) -> Finding:
    """The signing key opens, kept packages are what they were, and what is said of installed versions is of them."""
    wrong = []
    try:
        for key in ExchangeKey.objects.all():
            if packages.fingerprint(bytes.fromhex(key.public)) != key.fingerprint or not key.private:
                wrong.append(f"移交密钥{key.pk}对不上")
    except CannotUnseal as error:
        wrong.append(f"移交密钥打不开({error.code})")
    for row in (
        Import.objects.only("archive", "digest", "title", "version").iterator(chunk_size=20) if full else ()
    ):
        try:
            if packages.read(bytes(row.archive)).about.digest != row.digest:
                wrong.append(f"{row}内容被改过")
        except GongzhiError as error:
            wrong.append(f"{row}打不开({error.code})")
    digests = {(row.mechanism, row.version): row.digest for row in Installed.objects.defer("archive")}
    for came in Provenance.objects.all():
        if digests.get((came.mechanism, came.version)) != came.digest:
            wrong.append(f"{came.mechanism} {came.version}的来历与装着的不是一份")
    remedy = (
        f"{'；'.join(wrong[:5])}。请从备份核对；密钥打不开先找回旧的字段密钥，再换一把移交密钥。"
        if wrong
        else ""
    )
    return Finding(ok=not wrong, title="机制移交", remedy=remedy)

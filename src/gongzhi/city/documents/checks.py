"""What the documents room can prove about itself, and what it can't do on this machine."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from gongzhi.city.documents import store
from gongzhi.city.documents.errors import FontMissing, NoSuchPaper
from gongzhi.city.documents.models import SealCertificate, SealedPaper
from gongzhi.city.documents.rendering.fonts import faces
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.doctor import Finding, checks

SOON = timedelta(days=30)
SAMPLE = 500


@checks.register("fonts of papers")
def check_fonts(full: bool) -> Finding:
    """A Chinese font can be embedded."""
    try:
        found = faces()
    except FontMissing as error:
        return Finding(ok=False, title="文书的中文字体", remedy=error.message)
    return Finding(ok=True, title=f"文书的中文字体({found.serif}、{found.sans})")


@checks.register("files of sealed papers")
def check_files(full: bool) -> Finding:
    """Every sealed paper's file is there and is what was sealed; without ``full`` the newest and the oldest."""
    hashes = SealedPaper.objects.order_by("id").values_list("sha256", flat=True)
    some = hashes if full else dict.fromkeys([*hashes[:SAMPLE], *hashes.reverse()[:SAMPLE]])
    wrong, count = [], 0
    for sha256 in some:
        count += 1
        try:
            if hashlib.sha256(store.read(sha256)).hexdigest() != sha256:
                wrong.append(f"{sha256[:12]}被改过")
        except (NoSuchPaper, OSError):
            wrong.append(f"{sha256[:12]}不见了")
    remedy = f"{len(wrong)}份文书的文件不对({';'.join(wrong[:3])})，请从备份恢复 papers 文件夹。"
    return Finding(ok=not wrong, title=f"已盖章的文书({count:,}份)", remedy=remedy if wrong else "")


@checks.register("seal certificates")
def check_certificates(full: bool) -> Finding:
    """No certificate in use has ended or ends within a month."""
    soon = SealCertificate.objects.filter(status="active", not_after__lt=clock.now() + SOON).defer("key")
    names = [f"{row.name}({row.not_after:%Y-%m-%d})" for row in soon.order_by("not_after")[:5]]
    remedy = f"这些印章证书已到期或将到期：{'、'.join(names)}。请用 gongzhi seals renew 或 import 换发。"
    return Finding(ok=not names, title="印章证书的有效期", remedy=remedy if names else "")

"""How the documents room refuses. A paper that can't be sealed stays as it is and waits; nothing is lost."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class FontMissing(GongzhiError):
    """The machine has no Chinese font that could be embedded."""

    code = "U002"
    sentence = "这台机器没有可以嵌入文书的中文字体。"
    remedy = "请安装 fonts-noto-cjk(思源宋体、黑体),或用 GONGZHI_FONTS 指定放字体的文件夹。"
    status = 503


class CannotTypeset(GongzhiError):
    """The typesetter refused a paper that was read without a complaint."""

    code = "U003"
    sentence = "文书“%(title)s”排版没有成功：%(why)s。"
    remedy = "文书内容没有丢；请把这句话告诉系统管理员。"
    status = 500


class SealFailure(GongzhiError):
    """Root of the reasons for which a paper waits for its seal."""

    code = "U010"
    sentence = "文书没有盖成章。"
    remedy = "文书已经保存，处理好后可以补盖。"
    status = 503


class SealKeyMissing(SealFailure):
    """The office has no seal certificate, or its private key is gone or can't be opened."""

    code = "U011"
    sentence = "“%(office)s”没有可以使用的电子印章(%(why)s)。"
    remedy = "文书已经保存，等待盖章；请导入该单位的印章证书(gongzhi seals import)后补盖。"


class SealExpired(SealFailure):
    """The certificate is not valid on this day."""

    code = "U012"
    sentence = "“%(office)s”的电子印章不在有效期内(%(start)s 至 %(until)s)。"
    remedy = "文书已经保存，等待盖章；请换发印章证书后补盖。"


class SealSuspended(SealFailure):
    """The seal is stopped for the time being."""

    code = "U013"
    sentence = "“%(office)s”的电子印章已停用：%(why)s。"
    remedy = "文书已经保存，等待盖章；恢复使用后补盖。"


class SealRevoked(SealFailure):
    """The certificate was revoked and nothing replaced it."""

    code = "U014"
    sentence = "“%(office)s”的电子印章已吊销：%(why)s。"
    remedy = "文书已经保存，等待盖章；请换发印章证书后补盖。"


class TimestampFailed(SealFailure):
    """The time stamp authority gave no stamp."""

    code = "U015"
    sentence = "没有取得时间戳：%(why)s。"
    remedy = "文书已经保存，等待盖章；请检查 GONGZHI_TSA_URL 后补盖。"


class SchemeMissing(SealFailure):
    """A signature algorithm for which no maintained library is at hand."""

    code = "U016"
    sentence = "不能用“%(scheme)s”签章：%(why)s。"
    remedy = "可用的算法：%(known)s。"


class NoSuchPaper(GongzhiError):
    """No sealed paper of that verification code; the answer tells nothing else."""

    code = "U020"
    sentence = "没有找到这份文书。"
    remedy = "请核对核验码：印在文书末页的二维码旁边。"
    status = 404


class PaperWithdrawn(GongzhiError):
    """The paper was withdrawn, replaced, or its time is over: it can't be used."""

    code = "U021"
    sentence = "文书“%(title)s”%(status)s，不能再使用。"
    remedy = "请向出具单位核实。"
    status = 409


class NotTheSameContent(GongzhiError):
    """What is to be stamped red differs from what was stamped blue."""

    code = "U022"
    sentence = "正式文书与模拟审批意见的内容不一致，不能直接转正。"
    remedy = "请重新审查，按正式程序出具。"
    status = 409


class NotBlue(GongzhiError):
    """Only a simulated opinion can be turned formal."""

    code = "U023"
    sentence = "“%(title)s”不是模拟审批意见，不能转正。"
    status = 409


class ConsentMissing(GongzhiError):
    """An office wants to use a paper without saying for what, or how the holder agreed."""

    code = "U024"
    sentence = "使用他人的文书要写明%(what)s。"
    remedy = "请补写后再提交；您填写的内容没有丢。"
    status = 422


class ForbiddenCertificate(GongzhiError):
    """A body at the grassroots may not issue this kind of certificate (国务院《优化营商环境条例》 44; provincial lists)."""

    code = "U030"
    sentence = "“%(office)s”不能出具“%(kind)s”证明：已列入基层不应出具的证明清单(%(basis)s)。"
    remedy = "请改走：%(channel)s。"
    status = 409


class BadCertificate(GongzhiError):
    """A file that is no certificate with its key, or not for this use."""

    code = "U040"
    sentence = "证书不能导入：%(why)s。"
    remedy = "请提供含证书和私钥的 PKCS#12(.p12、.pfx)文件和口令。"
    status = 422


class NoSuchCertificate(GongzhiError):
    """No certificate of that number."""

    code = "U041"
    sentence = "没有这张印章证书。"
    remedy = "请用 gongzhi seals 查看。"
    status = 404


class CertificateState(GongzhiError):
    """The certificate is not in a state for this."""

    code = "U042"
    sentence = "印章证书现在是“%(status)s”，不能%(verb)s。"
    status = 409


class BadSignatureImage(GongzhiError):
    """A drawn signature that is no picture, too large, or contains something else than lines."""

    code = "U050"
    sentence = "手写签名图不能用：%(why)s。"
    remedy = "请重新签名。"
    status = 422


class NotAPdf(GongzhiError):
    """An upload for verification that can't be a paper of ours."""

    code = "U051"
    sentence = "这个文件不能核验：%(why)s。"
    remedy = "请选择下载得到的 PDF 原件，不要用照片或截屏。"
    status = 422


class CannotRedact(GongzhiError):
    """A file out of which nothing can be taken: neither text nor a PDF that opens."""

    code = "U060"
    sentence = "这个文件不能涂改：%(why)s。"
    remedy = "请换成没有密码的 PDF，或者纯文本文件（UTF-8、GB 18030）。"
    status = 422


class NoSuchRedaction(GongzhiError):
    """No such file, or not one of this post's."""

    code = "U061"
    sentence = "没有找到这份文件。"
    remedy = "请从“涂改文件”的列表里打开；别的单位的文件看不到。"
    status = 404


class BadMark(GongzhiError):
    """A mark without a ground, without words, or beside the page."""

    code = "U062"
    sentence = "这一处标得不对：%(why)s。"
    remedy = "每一处都要写明去掉什么、理由是哪一条。"
    status = 422


class RedactionDone(GongzhiError):
    """A finished redaction is never changed."""

    code = "U063"
    sentence = "“%(title)s”已经涂好，不能再改。"
    remedy = "要改的，用“照原件再涂一份”：原来的那一份也留着。"
    status = 409


class StillThere(GongzhiError):
    """What was to be removed is still in the copy: it is thrown away, nobody gets it."""

    code = "U064"
    sentence = "涂过的文件里还找得到%(count)s处要去掉的内容，没有保存。"
    remedy = "请把这件事告诉系统管理员；原件没有动，也没有给任何人。"
    status = 500

"""The files of a 資格確認端末: told by their own label which encoding they have, and read when they are whole."""
import os
import re
import xml.etree.ElementTree as xml

from defects import on
from fields import ELEMENTS


class NotYet(Exception):
    """The file is not whole, or its writer still holds it."""


class Refused(Exception):
    """The file must not be taken over."""


def decode(content):
    """The text of an XML file by its own label, which must be true."""
    first = content[:200].split(b"?>")[0]
    label = re.search(rb"encoding\s*=\s*[\"']([A-Za-z0-9_-]+)[\"']", first)
    name = label.group(1).decode().lower() if label else "utf-8"
    if on("ignores-encoding-label"):
        return content.decode("cp932", "replace")
    if name in ("utf-8", "utf8"):
        codec, other = "utf-8", "cp932"
    elif name in ("shift_jis", "shift-jis", "windows-31j", "cp932"):
        codec, other = "cp932", "utf-8"
    else:
        raise Refused(f"文字コード {name} は扱えません")
    # A half-written file may end within a character; a whole one may not.
    whole = content.rstrip().endswith(b"</XmlMsg>")
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        if not whole:
            raise NotYet from None
        raise Refused("文字コードの表示と中身が違います") from None
    if codec == "cp932" and not content.isascii():
        # Bytes of UTF-8 can be CP932 by chance; the other way round hardly ever.
        try:
            content.decode(other)
        except UnicodeDecodeError:
            pass
        else:
            raise Refused("文字コードの表示と中身が違います")
    return text


def parse(content):
    """The document's element; not yet, while its end is missing."""
    text = re.sub(r"^\s*<\?xml.*?\?>", "", decode(content), count=1, flags=re.S)
    try:
        return xml.fromstring(text)
    except xml.ParseError:
        if on("repairs-half-files"):
            found = re.findall(r"<(\w+)>([^<]+)</\1>", text)
            body = "".join(f"<{tag}>{value}</{tag}>" for tag, value in found if tag in ELEMENTS)
            head = "".join(f"<{tag}>{value}</{tag}>" for tag, value in found if tag not in ELEMENTS)
            return xml.fromstring(
                f"<XmlMsg><MessageHeader>{head}</MessageHeader><MessageBody><ResultList>"
                f"<ResultOfQualificationConfirmation>{body}</ResultOfQualificationConfirmation>"
                f"</ResultList></MessageBody></XmlMsg>")
        if text.rstrip().endswith("</XmlMsg>"):
            raise Refused("XML として読めません") from None
        raise NotYet from None


def read(path):
    """The content, unless its writer keeps others out."""
    with open(path, "rb") as file:
        if os.name == "posix":
            import fcntl
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                raise NotYet from None
        try:
            return file.read()
        except PermissionError:
            raise NotYet from None


def record_of(result):
    """One eligibility of a document."""
    record = {}
    for element, name in ELEMENTS.items():
        value = result.findtext(element)
        if value:
            record[name] = value
    return record


def records_of(root):
    confirmed = root.findtext("MessageHeader/QualificationConfirmationDate") or ""
    validity = root.findtext("MessageBody/QualificationValidity") or ""
    records = []
    for result in root.findall("MessageBody/ResultList/ResultOfQualificationConfirmation"):
        record = record_of(result)
        record["資格確認日"] = confirmed
        if validity:
            record["資格有効性"] = validity
        records.append(record)
    return records

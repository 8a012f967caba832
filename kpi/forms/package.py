"""An .xlsx or .docx as the archive of parts that it is: opened with limits, its parts parsed without entities, written back with every other part as it was."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from kpi.exports import sniff
from kpi.exports.limits import Limits
from kpi.problems import DataProblem

TYPES = "[Content_Types].xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


class Package:
    """The parts of one file by name; raises DataProblem or LimitProblem, saying what to do, for what is no such file, or is more than it says."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.kind = sniff.kind(path, limits, documents=True)
        if self.kind not in ("xlsx", "docx"):
            raise DataProblem("填报表只认 .xlsx 和 .docx，请用 Excel、Word 或 WPS 另存为这两种格式再上传。", "Forms are .xlsx or .docx: save it as one of these.")
        try:
            with zipfile.ZipFile(path) as archive:
                self.about = archive.infolist()
                self.parts = {one.filename: archive.read(one) for one in self.about}
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError, RuntimeError) as error:
            raise _damaged() from error
        if len(self.parts) != len(self.about):
            raise _damaged()
        if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in self.parts) or b"macroEnabled" in self.parts.get(TYPES, b""):
            raise DataProblem("文件里有宏，不填也不运行；请另存为不含宏的 .xlsx 或 .docx 再上传。", "The file holds macros, which are neither run nor handed on: save it as .xlsx or .docx without macros.")

    def tree(self, name: str) -> etree._Element:
        """Return a part parsed: no entity, no document type, nothing fetched."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=False)
        try:
            root = etree.fromstring(self.parts[name], parser)
        except etree.XMLSyntaxError as error:
            if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
                # the limit of the child process, which tells it from a fault of the file
                raise MemoryError from error
            raise _damaged() from error
        except (ValueError, KeyError) as error:
            raise _damaged() from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise DataProblem("文件里有自定义的 XML 实体，可能有害，不予打开；请用 Excel、Word 或 WPS 重新另存。", "The file declares XML entities of its own, which may do harm: save it anew.")
        return root

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what a part refers to, as {id: (last word of the kind, part)}."""
        folder, base = posixpath.split(name)
        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        if relations not in self.parts:
            return {}
        found = {}
        for one in self.tree(relations).iter(f"{{{RELATIONS}}}Relationship"):
            target = one.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[one.get("Id", "")] = (one.get("Type", "").rsplit("/", 1)[-1], part)
        return found

    def write(self, path: Path, changed: Mapping[str, etree._Element]) -> None:
        """Write the file with changed parts; every other part, its order, date and name as they were."""
        with zipfile.ZipFile(path, "w") as archive:
            for one in self.about:
                fresh = zipfile.ZipInfo(one.filename, one.date_time)
                fresh.compress_type = zipfile.ZIP_STORED if one.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
                fresh.external_attr, fresh.create_system = one.external_attr, one.create_system
                content = self.parts[one.filename]
                if one.filename in changed:
                    content = etree.tostring(changed[one.filename].getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
                archive.writestr(fresh, content)


def _damaged() -> DataProblem:
    return DataProblem("文件不完整或已损坏，请用 Excel、Word 或 WPS 打开后重新另存。", "The file is truncated or damaged: open it and save it anew.")

"""Last touches on a laid-out PDF that the renderer leaves open, made before its trailer is written.

- PDF/A and PDF/UA at once: the renderer announces one standard, so the second is added to the metadata with
  the extension schema that PDF/A demands for it (ISO 19005-3, 6.6.2.3).
- Pages are called in a viewer what is printed on them: the cover is the first.
- Metadata stays uncompressed, so that a program that does not know PDF can find it.
- Fonts cut from a variable file are stamped with the hour of the cutting: the stamp is set back to the day
  the font was drawn, or no two files would be alike.
"""

from io import BytesIO
from typing import Any

import pydyf
from fontTools.ttLib import TTFont

from registry.kernel.documents.structure import complete, resolve

ABOUT = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""'
RESOURCE = 'rdf:parseType="Resource"'
ACCESSIBILITY = f"""\
<rdf:Description {ABOUT}
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li {RESOURCE}>
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li {RESOURCE}>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description {ABOUT} xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
""".encode()


def finish(document: Any, pdf: Any) -> None:
    """Finisher for `weasyprint.Document.write_pdf`; `pdf` is the `pydyf.PDF` about to be written."""
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array([0, pydyf.Dictionary({"S": "/D"})])})
    metadata = resolve(pdf, pdf.catalog["Metadata"])
    metadata.stream = [_with_accessibility(part) for part in metadata.stream]
    metadata.compress = False
    for candidate in pdf.objects:
        if "Length1" in getattr(candidate, "extra", {}):
            candidate.stream = [_without_hour(b"".join(candidate.stream))]
            candidate.extra["Length1"] = len(candidate.stream[0])
    complete(pdf)


def _with_accessibility(part: bytes) -> bytes:
    return part.replace(b"</rdf:RDF>", ACCESSIBILITY + b"</rdf:RDF>")


def _without_hour(file: bytes) -> bytes:
    dated = BytesIO()
    with TTFont(BytesIO(file), recalcTimestamp=False, recalcBBoxes=False) as font:
        font["head"].modified = font["head"].created
        font.save(dated)
    return dated.getvalue()

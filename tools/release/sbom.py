"""The list of all parts of an installation, for programs that look for weaknesses: CycloneDX."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from tools.release.dependencies import OURS, dependencies, needs_of_ours
from tools.release.licences import licence_of

EXTRA = "passback:extra"
"""Names an extra of Passback that brings a part; parts without it come with the agent."""


def sbom(version: str, epoch: int) -> str:
    """JSON that depends on its arguments and on what is installed, and on nothing else."""
    parts = {one.name: one for one in dependencies()}
    root = _component(OURS, version, "Apache-2.0", ComponentType.APPLICATION)
    found = {
        one.name: _component(one.name, one.version, licence_of(one), extras=one.extras)
        for one in parts.values()
    }
    bom = Bom(
        components=found.values(),
        serial_number=uuid5(NAMESPACE_URL, f"{root.purl} {epoch}"),
        metadata=BomMetaData(component=root, timestamp=datetime.fromtimestamp(epoch, UTC)),
    )
    bom.register_dependency(root, [found[name] for name in needs_of_ours()])
    for name, one in parts.items():
        bom.register_dependency(found[name], [found[other] for other in one.needs])
    output = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6)
    return output.output_as_string(indent=2) + "\n"


def _component(
    name: str,
    version: str,
    licence: str,
    kind: ComponentType = ComponentType.LIBRARY,
    extras: tuple[str, ...] = (),
) -> Component:
    purl = PackageURL("pypi", None, name, version)
    return Component(
        name=name,
        version=version,
        type=kind,
        purl=purl,
        bom_ref=str(purl),
        licenses=[LicenseFactory().make_from_string(licence)],
        properties=[Property(name=EXTRA, value=extra) for extra in extras],
    )

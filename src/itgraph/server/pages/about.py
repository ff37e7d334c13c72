"""What is served here, where it is from, and how it may be taken away and used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.export import FORMATS as EXPORTS
from itgraph.export.imprint import DESCRIPTION, LICENSE, OTHER_DESCRIPTION, OTHER_TITLE, TITLE, holds_ours
from itgraph.export.void import find_example, read_snapshots
from itgraph.server.messages import HTML
from itgraph.server.negotiation import choose
from itgraph.server.pages.data import FORMATS
from itgraph.server.pages.dataset import RDF_TYPES, describe_dataset, list_downloads
from itgraph.server.pages.rendering import render
from itgraph.server.pages.schema_org import structured_dataset

if TYPE_CHECKING:
    from itgraph.server.messages import Request, Response
    from itgraph.server.site import Site


def show_about(site: Site, request: Request) -> Response:
    """Tell what this is, where it is from, and how to take it away and cite it; programs get the same in VoID."""
    if choose(request.accept, [HTML, *RDF_TYPES]) in RDF_TYPES:
        return describe_dataset(site, request)
    snapshots = read_snapshots(site.store)
    is_ours = holds_ours(snapshot["iri"] for snapshot in snapshots)
    downloads = list_downloads(site)
    return render(
        "about",
        request,
        counts=[(str(row.what), row["count"], row.stated) for row in site.counts],
        snapshots=snapshots,
        is_ours=is_ours,
        downloads=[(f"itgraph.{name}", EXPORTS[FORMATS[name].export].summary) for name in downloads],
        example=find_example(site.store),
        license=LICENSE,
        structured=structured_dataset(
            request.origin,
            title=TITLE if is_ours else OTHER_TITLE,
            description=DESCRIPTION if is_ours else OTHER_DESCRIPTION,
            licence=LICENSE if is_ours else "",
            downloads=[(f"itgraph.{name}", FORMATS[name].media_type) for name in downloads],
        ),
    )

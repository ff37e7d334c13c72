"""The graph as files for any web host: every page that a server would give, its data, the explorer, a search, SPARQL.

No page is made anew here. :func:`itgraph.server.site.respond` answers for the addresses of a server, links are followed
from page to page, and each becomes one from file to file (:mod:`~itgraph.site.places`). What only a server can do is
done in the browser: search, and SPARQL by Oxigraph's WebAssembly.
"""

from itgraph.site.writing import MOST_STATEMENTS, Report, write_site

__all__ = ["MOST_STATEMENTS", "Report", "write_site"]

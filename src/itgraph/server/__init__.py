"""The HTTP side: SPARQL, pages for people, the lineage explorer and saved queries, in bounds that hold.

One process (:mod:`~itgraph.server.front`) speaks HTTP and does nothing that could take long. What a request asks for
is worked out by :func:`itgraph.server.site.respond`, a plain function from a request to a response, in worker
processes that can be ended at any moment (:mod:`~itgraph.server.workers`).
"""

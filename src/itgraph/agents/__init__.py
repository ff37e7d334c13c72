"""The graph for agents: an MCP server, over standard input and output.

``serve`` starts it and ``server`` speaks the protocol; neither opens the graph. ``pool`` hands each call to a process
that does (``worker``), and ends that process where the call takes too long. ``tools``, ``questions`` and ``guide`` work
out what is answered, ``held`` is what they ask, ``answers`` the form of what they tell. Of these only ``server`` needs
the package ``mcp``.
"""

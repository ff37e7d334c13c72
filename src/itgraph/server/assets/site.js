// Search as you type. Without it, the form does the same with one more page.
"use strict";
itgraphFinder(async (text, kind) => {
  const query = new URLSearchParams({ q: text, limit: "8" });
  if (kind) query.set("kind", kind);
  const response = await fetch(`/api/search?${query}`);
  if (!response.ok) return null;
  const answer = await response.json();
  const hits = answer.hits.map((hit) => {
    const page = new URL(hit.page);
    return { label: hit.label, kind: hit.kind, address: page.pathname + page.search }; // only ever of this server
  });
  return { hits, total: answer.total };
});

"""Reading the README of a survey: from its text to records, without a word of RDF."""

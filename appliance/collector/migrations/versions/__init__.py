"""One step a file; a step that has shipped is never changed."""

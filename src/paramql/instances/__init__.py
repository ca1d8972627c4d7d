"""The instances service: its schema, its documents, its store."""

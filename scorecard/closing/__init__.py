"""The close of a period: grades, and a retrospective with its charts."""
